"""The words for names in sentences about conditions, from the compiled application."""

from __future__ import annotations

from dataclasses import dataclass

from engine.compiled import CompiledApp


@dataclass(frozen=True, slots=True)
class AppLabels:
    """Labels of an application in one language (`zh` or `en`); a name that it does not know stands for itself."""

    app: CompiledApp
    language: str

    def field(self, entity: str, field: str) -> str:
        known = self.app.entities[entity].fields.get(field)
        return known.label[self.language] if known is not None else field

    def collection(self, entity: str, name: str) -> str:
        back = self.app.entities[entity].backs.get(name)
        return back.label[self.language] if back is not None else self.field(entity, name)

    def option(self, entity: str, field: str, option: str) -> str:
        known = self.app.entities[entity].fields[field].options.get(option)
        return known.label[self.language] if known is not None else option

    def role(self, name: str) -> str:
        label = self.app.roles.get(name)
        return label[self.language] if label is not None else name

    def setting(self, name: str) -> str:
        return name
