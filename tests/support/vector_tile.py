"""Reads Mapbox Vector Tiles 2.1: written from the specification, apart from the encoder under test."""

import math
import struct


def fields(data):
    """Number and value of each field of a protobuf message: integers, or bytes."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = data[at : at + 8], at + 8
        elif kind == 5:
            value, at = data[at : at + 4], at + 4
        elif kind == 2:
            length, at = varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            raise ValueError(f"wire type {kind}")
        yield tag >> 3, value


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def packed(data):
    values, at = [], 0
    while at < len(data):
        value, at = varint(data, at)
        values.append(value)
    return values


def signed(value):
    return (value >> 1) ^ -(value & 1)


def scalar(data):
    (kind, value), = fields(data)
    return {
        1: lambda: value.decode(),
        2: lambda: struct.unpack("<f", value)[0],
        3: lambda: struct.unpack("<d", value)[0],
        4: lambda: value - (1 << 64) if value >> 63 else value,
        5: lambda: value,
        6: lambda: signed(value),
        7: lambda: bool(value),
    }[kind]()


def geometry(commands):
    """Lists of points: one a point or a ring, in units of the tile."""
    parts, x, y, at = [], 0, 0, 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            continue
        for _ in range(count):
            x, y = x + signed(commands[at]), y + signed(commands[at + 1])
            at += 2
            if command == 1:
                parts.append([])
            parts[-1].append((x, y))
    return parts


def read(data):
    """Layers by name: a list of (id, properties, kind of geometry, parts)."""
    layers = {}
    for number, layer in fields(data):
        assert number == 3, number
        name, keys, values, features, extent, version = None, [], [], [], 4096, 1
        for field, value in fields(layer):
            if field == 1:
                name = value.decode()
            elif field == 2:
                features.append(value)
            elif field == 3:
                keys.append(value.decode())
            elif field == 4:
                values.append(scalar(value))
            elif field == 5:
                extent = value
            elif field == 15:
                version = value
        assert (version, extent) == (2, 4096), (version, extent)
        assert name not in layers, f"two layers {name}"
        layers[name] = [feature(each, keys, values) for each in features]
    return layers


def feature(data, keys, values):
    number, tags, kind, parts = None, [], 0, []
    for field, value in fields(data):
        if field == 1:
            number = value
        elif field == 2:
            tags = packed(value)
        elif field == 3:
            kind = value
        elif field == 4:
            parts = geometry(packed(value))
    properties = {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2], strict=True)}
    return number, properties, kind, parts


def tile_at(lon, lat, z):
    """Column and row of the tile that holds a point."""
    side, angle = 2**z, math.radians(lat)
    return int((lon + 180) / 360 * side), int((1 - math.asinh(math.tan(angle)) / math.pi) / 2 * side)


def lon_lat(x, y, z):
    """The point of a place counted in tiles of a zoom."""
    side = 2**z
    return x / side * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / side))))
