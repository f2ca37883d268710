"""The icons of the sprite that set-up cuts from Tabler's icons; a pack names them by these names."""

from __future__ import annotations

FALLBACK = "file"

ICONS = (
    "activity", "address-book", "adjustments-horizontal", "alert-circle", "alert-triangle", "archive", "arrow-back-up",
    "arrow-down", "arrow-left", "arrow-narrow-down", "arrow-narrow-up", "arrow-right", "arrow-up", "arrows-exchange",
    "arrows-sort", "award", "ban", "basket", "bell", "blockquote", "bold", "book", "box", "briefcase", "building", "building-bank",
    "building-community", "building-factory", "building-store", "building-warehouse", "bulb", "bus", "cake",
    "calculator", "calendar", "calendar-due", "calendar-event", "calendar-time", "camera", "car", "cash", "category",
    "certificate", "chart-bar", "chart-donut", "chart-line", "chart-pie", "check", "checkbox", "checklist", "checks",
    "chevron-down", "chevron-left", "chevron-right", "chevron-up", "circle", "circle-check", "circle-dashed",
    "circle-dot", "circle-x", "clipboard", "clipboard-check", "clipboard-list", "clock", "coin", "coins", "color-swatch",
    "columns", "command", "copy", "credit-card", "database", "device-desktop", "device-mobile", "devices", "dots", "dots-vertical",
    "download", "edit",
    "external-link", "eye", "eye-off", "file", "file-certificate", "file-check", "file-description", "file-dollar",
    "file-invoice", "file-plus", "file-text", "files", "filter", "flag", "folder", "folders", "forms", "gauge", "gift",
    "git-branch", "globe", "grip-vertical", "hash", "headset", "heading", "heart", "heart-handshake", "help-circle", "hierarchy",
    "history", "home", "hourglass", "id", "inbox", "info-circle", "italic", "key", "language", "layout-dashboard",
    "layout-kanban", "link", "list", "list-check", "list-details", "list-numbers", "loader-2", "lock", "lock-open", "login", "logout",
    "mail", "map-2", "map-pin", "medal", "menu-2", "message", "message-circle", "messages", "moon", "note", "notes", "package",
    "packages", "paperclip", "pencil", "percentage", "phone", "phone-call", "photo", "pin", "plug", "plus", "point",
    "presentation", "printer", "progress", "puzzle", "receipt", "refresh", "report", "report-analytics",
    "report-money", "road", "rocket", "rotate", "route", "scale", "school", "search", "select", "send", "server",
    "settings", "share", "shield", "shield-check", "shopping-cart", "signature", "sitemap", "sort-ascending",
    "sort-descending", "speakerphone", "stack", "star", "stethoscope", "sun", "sun-moon", "switch-horizontal", "table", "tag",
    "tags", "target", "target-arrow", "thumb-down", "thumb-up", "ticket", "timeline", "tool", "tools", "trash",
    "trash-off", "trending-down", "trending-up", "trophy", "truck", "upload", "user", "user-check", "user-circle",
    "user-plus", "user-search", "user-star", "users", "users-group", "wallet", "wand", "wifi-off", "world", "writing", "x", "zoom-in",
)

_KNOWN = frozenset(ICONS)


def icon_name(name: str | None) -> str:
    """`name` when the sprite has it, else the fallback, so that no pack can leave a hole on a page."""
    return name if name in _KNOWN else FALLBACK
