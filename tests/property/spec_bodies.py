"""Bodies of any kind, made from the schema: full ones, sparse ones, and relatives of them."""

from __future__ import annotations

from copy import deepcopy

from mlspec.kinds import find_kind
from mlspec.schema import Leaf, ListShape, MapShape, ModelShape, UnionShape, fields_of

NUMBERS = (0, 0.05, 0.2, 0.5, 0.9, 1, 60)
NAMES = ("ana", "eve", "quiet", "loud", "gone", "v1", "v2", "v1.4")


def made(random, shape):
    """A value of a shape; keys that may be left out often are."""
    if isinstance(shape, ModelShape):
        return _model(random, shape.model)
    if isinstance(shape, UnionShape):
        tag = random.choice(sorted(shape.members))
        return _model(random, shape.members[tag].model) | {shape.discriminator: tag}
    if isinstance(shape, ListShape):
        return [made(random, shape.item) for _ in range(random.randint(0, 3))]
    if isinstance(shape, MapShape):
        names = random.sample(NAMES, random.randint(0, 2))
        return {name: made(random, shape.value) for name in names}
    return _leaf(random, shape)


def spec_of(random, kind):
    return _model(random, find_kind(kind).spec)


def relative(random, kind, spec):
    """The spec with a few sections made anew, taken away, or changed deep inside."""
    fields = fields_of(find_kind(kind).spec)
    changed = deepcopy(spec)
    for key in random.sample(sorted(fields), random.randint(1, min(3, len(fields)))):
        field = fields[key]
        if key not in changed or random.random() < 0.3:
            changed[key] = _value(random, field)
        elif not field.required and random.random() < 0.3:
            del changed[key]
        else:
            changed[key] = _nudged(random, field, changed[key])
    return changed


def _model(random, model):
    return {
        key: _value(random, field)
        for key, field in fields_of(model).items()
        if field.required or random.random() < 0.5
    }


def _value(random, field):
    """A value of a field; entries of a list differ, by their key where they have one."""
    value = made(random, field.shape)
    if not isinstance(value, list):
        return value
    key = field.traits.list_key
    told = {str(each[key] if key else each): each for each in value}
    return list(told.values())


def _nudged(random, field, value):
    """A value like another one, with one thing inside it changed."""
    if isinstance(value, list) and value and random.random() < 0.7:
        at = random.randrange(len(value))
        entry = _inside(random, field.shape.item, value[at])
        key = field.traits.list_key
        if key:
            entry[key] = value[at][key]
        rest = value[:at] + value[at + 1 :]
        return rest if random.random() < 0.3 or entry in rest else [*value[:at], entry, *rest[at:]]
    if isinstance(value, dict):
        return _inside(random, field.shape, value)
    return _value(random, field)


def _inside(random, shape, value):
    if isinstance(shape, UnionShape):
        shape = shape.members[value[shape.discriminator]]
    if not isinstance(shape, ModelShape):
        return made(random, shape)
    fields = fields_of(shape.model)
    key = random.choice(sorted(fields))
    if key in value and not fields[key].required and random.random() < 0.4:
        return {name: each for name, each in value.items() if name != key}
    fresh = _value(random, fields[key])
    if fields[key].shape == Leaf(choices=(fresh,)):
        return dict(value)  # the tag of a union
    return {**value, key: fresh}


def _leaf(random, shape):
    if shape.choices:
        return random.choice(shape.choices)
    if bool in shape.types:
        return random.random() < 0.5
    if int in shape.types or float in shape.types:
        return random.choice(NUMBERS)
    return random.choice(NAMES)
