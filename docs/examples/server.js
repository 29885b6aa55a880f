// Where the examples' server is: the one on this machine, or another by `?server=https://tuiles.example.org`.

export const server = (new URLSearchParams(location.search).get("server") ?? "http://127.0.0.1:3000").replace(/\/$/, "");

/** The made-up town of `tuilerie demo`; put your own place here. */
export const centre = { lng: 2.888, lat: 43.2804 };
export const zoom = 15;
