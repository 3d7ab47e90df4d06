package import Records
package import Services

/// A line of the bill, mean over the replications.
package struct CostLine: Sendable, Hashable {
  package var resource: String
  package var service: String
  package var item: String
  package var quantity: Double
  package var unit: String
  package var unitPriceUSD: Double
  package var costUSD: Double
  /// At the load of the simulated time, for a month of the price list.
  package var monthlyUSD: Double
}

/// The bill of the simulated time. Source: fact sheet §16.
package struct CostEstimate: Sendable, Hashable {
  /// Sorted by (resource, service, item).
  package let lines: [CostLine]
  package var totalUSD: Double { lines.reduce(0) { $0 + $1.costUSD } }
  package var monthlyUSD: Double { lines.reduce(0) { $0 + $1.monthlyUSD } }

  package init(_ runs: [RunRecords], system: SystemSpec) {
    let reader = MetricReader(system: system)
    var lines: [CostLine] = []
    let share = 1 / Double(max(1, runs.count))
    for run in runs {
      let factor = reader.monthFactor(run) ?? 0
      for item in run.usage {
        let position = lines.firstIndex {
          $0.resource == item.resource && $0.service == item.service && $0.item == item.item
            && $0.unitPriceUSD == item.unitPriceUSD
        }
        if position == nil {
          lines.append(
            CostLine(
              resource: item.resource, service: item.service, item: item.item, quantity: 0, unit: item.unit,
              unitPriceUSD: item.unitPriceUSD, costUSD: 0, monthlyUSD: 0))
        }
        let index = position ?? lines.count - 1
        lines[index].quantity += item.quantity * share
        lines[index].costUSD += item.costUSD * share
        lines[index].monthlyUSD += item.costUSD * factor * share
      }
    }
    self.lines = lines.sorted { a, b in
      for (x, y) in [(a.resource, b.resource), (a.service, b.service), (a.item, b.item)] where x != y {
        return x.utf8.lexicographicallyPrecedes(y.utf8)
      }
      return a.unitPriceUSD < b.unitPriceUSD
    }
  }
}
