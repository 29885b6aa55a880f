"""As much of Mapbox Vector Tile 2.1 as tells how many features a tile holds."""


def features(tile: bytes) -> int:
    """The features in all layers of an uncompressed tile."""
    return sum(
        sum(1 for field, _ in _fields(layer) if field == 2)
        for number, layer in _fields(tile) if number == 3)


def _fields(message: bytes):
    """Protobuf: each field's number, and its bytes where it is length-delimited."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        match key & 7:
            case 0:
                _, at = _varint(message, at)
                yield key >> 3, b""
            case 1:
                at += 8
            case 2:
                length, at = _varint(message, at)
                if at + length > len(message):
                    raise ValueError(f"field {key >> 3} ends behind the tile")
                yield key >> 3, message[at:at + length]
                at += length
            case 5:
                at += 4
            case wire:
                raise ValueError(f"wire type {wire} at byte {at}")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
