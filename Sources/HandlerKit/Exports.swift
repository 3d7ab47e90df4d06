// Handlers import this module alone; `context.logger` is of the log library's type, so its members come
// along.
@_exported public import Logging
