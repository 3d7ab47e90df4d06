/// Keys that CloudFormation and SAM define around the properties.
enum TemplateKeys {
  /// Keys of one resource, SAM's `Connectors` and `IgnoreGlobals` included.
  static let resource = [
    "Type", "Properties", "Condition", "DependsOn", "Metadata", "DeletionPolicy", "UpdateReplacePolicy",
    "UpdatePolicy", "CreationPolicy", "Connectors", "IgnoreGlobals",
  ]
}
