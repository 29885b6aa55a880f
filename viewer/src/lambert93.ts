// Degrees → Lambert-93 (EPSG:2154), in metres: IGN's formulae and letters, and nothing else.
//
// Source: IGN, NTG_71, "Projection cartographique conique conforme de Lambert", ALG0001 and
// ALG0003. RGF93 is taken for WGS 84, as everywhere in Tuilerie: they differ by some decimetres,
// the drift of the continent.

export interface Metres {
  east: number;
  north: number;
}

/** First eccentricity of GRS 80. */
const E = 0.081_819_191_042_816;
/** Exponent of the projection. */
const N = 0.725_607_765_053_267;
/** Constant of the projection, in metres. */
const C = 11_754_255.426_096;
/** The pole, in projected metres. */
const XS = 700_000;
const YS = 12_655_612.049_876;
/** Longitude of the origin, 3° east of Greenwich, in radians. */
const LAMBDA_C = radians(3);

/** Where a position lies in Lambert-93. It has a meaning in and around metropolitan France. */
export function lambert93(lon: number, lat: number): Metres {
  const radius = C * Math.exp(-N * isometricLatitude(radians(lat)));
  const gamma = N * (radians(lon) - LAMBDA_C);
  return { east: XS + radius * Math.sin(gamma), north: YS - radius * Math.cos(gamma) };
}

/** Whether a position lies where Lambert-93 is in use: EPSG's area, with some sea around it. */
export function inFrance(lon: number, lat: number): boolean {
  return lon > -10 && lon < 11 && lat > 41 && lat < 52;
}

/** ALG0001. */
function isometricLatitude(phi: number): number {
  const sine = E * Math.sin(phi);
  return Math.log(
    Math.tan(Math.PI / 4 + phi / 2) * ((1 - sine) / (1 + sine)) ** (E / 2),
  );
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
