"""People may choose each language that the application speaks: the field `language` of `user` has an option for it."""

from __future__ import annotations

from dataclasses import replace

from metadata.specs.app import AppSpec
from metadata.specs.common import Label
from metadata.specs.entity import OptionSpec


def with_languages(app: AppSpec) -> AppSpec:
    """The application with an option for each translation; an option that a layer declares itself stays as it is."""
    user = app.entities.get("user")
    field = user.fields.get("language") if user is not None else None
    if user is None or field is None or field.kind != "choice":
        return app
    options = dict(field.options)
    for each in app.translations.values():
        label = Label(dict.fromkeys(("zh", "en", *app.translations), each.title))
        options.setdefault(each.name, OptionSpec(each.name, label, place=each.place))
    fields = {**user.fields, field.name: replace(field, options=options)}
    return replace(app, entities={**app.entities, user.name: replace(user, fields=fields)})
