"""Field kinds by name. A `formula`, `rollup` or `fetch` field has the type of the kind its value is stored as."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.field_types.base import FieldType
from engine.field_types.children import ChildrenType
from engine.field_types.choices import ChoicesType, ChoiceType
from engine.field_types.clock import DurationType, TimeType
from engine.field_types.colors import ColorType
from engine.field_types.dates import DatetimeType, DateType
from engine.field_types.files import FilesType, FileType
from engine.field_types.geo import GeoType
from engine.field_types.links import AnyLinkType, DeptType, IdType, LinksType, LinkType, UserType
from engine.field_types.numbers import BoolType, DecimalType, IntType, MoneyType, PercentType, RatingType
from engine.field_types.rich import RichType
from engine.field_types.tags import TagsType
from engine.field_types.texts import EmailType, LongType, PhoneType, SerialType, TextType, UrlType

DERIVED_KINDS = ("formula", "rollup", "fetch")
"""Kinds without a type of their own."""

_TYPES: tuple[FieldType, ...] = (
    TextType(), LongType(), RichType(), EmailType(), PhoneType(), UrlType(), SerialType(),
    BoolType(), IntType(), DecimalType(), MoneyType(), PercentType(), RatingType(), DateType(), DatetimeType(),
    TimeType(), DurationType(), ColorType(), GeoType(),
    ChoiceType(), ChoicesType(), TagsType(), LinkType(), UserType(), DeptType(), AnyLinkType(), LinksType(), IdType(),
    FileType(), FilesType(), ChildrenType(),
)

FIELD_TYPES: Mapping[str, FieldType] = MappingProxyType({type_.kind: type_ for type_ in _TYPES})
