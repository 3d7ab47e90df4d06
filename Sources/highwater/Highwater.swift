import ExampleHandlers
import HandlerKit
import HighwaterCommands

@main struct Highwater: HighwaterProgram {
  static let handlers = exampleHandlers
}
