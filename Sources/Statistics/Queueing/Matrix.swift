import CGSL

/// A dense matrix of doubles, stored row by row.
struct Matrix: Equatable, Sendable {
  let rows: Int
  let columns: Int
  /// Elements. Shape (row, column), row by row.
  private(set) var elements: [Double]

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    elements = Array(repeating: 0, count: rows * columns)
  }

  /// A matrix of these rows, which must be equally long.
  init(_ lines: [[Double]]) throws(QueueingError) {
    try Check.sameCount(lines.map(\.count), "rows of a matrix")
    rows = lines.count
    columns = lines.first?.count ?? 0
    elements = lines.flatMap { $0 }
  }

  static func identity(_ order: Int) -> Matrix {
    var result = Matrix(rows: order, columns: order)
    for index in 0..<order { result[index, index] = 1 }
    return result
  }

  /// The matrix with entry `column[i]·row[j]`.
  static func outer(_ column: [Double], _ row: [Double]) -> Matrix {
    var result = Matrix(rows: column.count, columns: row.count)
    for i in column.indices { for j in row.indices { result[i, j] = column[i] * row[j] } }
    return result
  }

  subscript(row: Int, column: Int) -> Double {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  static func + (a: Matrix, b: Matrix) -> Matrix { a.combined(b, +) }
  static func - (a: Matrix, b: Matrix) -> Matrix { a.combined(b, -) }
  static prefix func - (a: Matrix) -> Matrix { a.scaled(by: -1) }

  private func combined(_ other: Matrix, _ operation: (Double, Double) -> Double) -> Matrix {
    precondition(rows == other.rows && columns == other.columns, "sum of matrices of different shapes")
    var result = self
    for index in elements.indices {
      result.elements[index] = operation(elements[index], other.elements[index])
    }
    return result
  }

  func scaled(by factor: Double) -> Matrix {
    var result = self
    for index in elements.indices { result.elements[index] *= factor }
    return result
  }

  static func * (a: Matrix, b: Matrix) -> Matrix {
    precondition(a.columns == b.rows, "product of matrices of shapes that do not fit")
    var result = Matrix(rows: a.rows, columns: b.columns)
    for i in 0..<a.rows {
      for k in 0..<a.columns where a[i, k] != 0 {
        let factor = a[i, k]
        for j in 0..<b.columns { result.elements[i * b.columns + j] += factor * b[k, j] }
      }
    }
    return result
  }

  /// Row vector times matrix.
  static func * (row: [Double], matrix: Matrix) -> [Double] {
    precondition(row.count == matrix.rows, "row of \(row.count) times a matrix of \(matrix.rows) rows")
    var result = Array(repeating: 0.0, count: matrix.columns)
    for i in row.indices where row[i] != 0 {
      for j in 0..<matrix.columns { result[j] += row[i] * matrix[i, j] }
    }
    return result
  }

  /// Matrix times column vector.
  static func * (matrix: Matrix, column: [Double]) -> [Double] {
    precondition(column.count == matrix.columns, "column of \(column.count), matrix of \(matrix.columns)")
    return (0..<matrix.rows).map { i in
      var sum = 0.0
      for j in 0..<matrix.columns { sum += matrix[i, j] * column[j] }
      return sum
    }
  }

  /// Kronecker product: the state is the pair (state of this matrix, state of the other).
  func kronecker(_ other: Matrix) -> Matrix {
    var result = Matrix(rows: rows * other.rows, columns: columns * other.columns)
    for i in 0..<rows {
      for j in 0..<columns where self[i, j] != 0 {
        for k in 0..<other.rows {
          for l in 0..<other.columns {
            result[i * other.rows + k, j * other.columns + l] = self[i, j] * other[k, l]
          }
        }
      }
    }
    return result
  }

  var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
    return result
  }

  var rowSums: [Double] { self * Array(repeating: 1.0, count: columns) }

  /// Largest absolute entry.
  var largest: Double { elements.reduce(0) { max($0, $1.magnitude) } }

  private func withGSLMatrix<Result>(_ body: (UnsafeMutablePointer<gsl_matrix>) -> Result) -> Result {
    GSLErrors.areReturned
    let copy = gsl_matrix_alloc(rows, columns)!
    defer { gsl_matrix_free(copy) }
    for i in 0..<rows { for j in 0..<columns { gsl_matrix_set(copy, i, j, self[i, j]) } }
    return body(copy)
  }

  /// The columns x with `self`·x = column for every column of `sides`.
  ///
  /// - Source: `gsl_linalg_LU_decomp`, `gsl_linalg_LU_solve`, methods §10.
  /// - Complexity: O(n³ + n²·columns).
  func solved(for sides: Matrix) throws(QueueingError) -> Matrix {
    precondition(rows == columns && sides.rows == rows, "linear system of a shape that does not fit")
    let order = rows
    let result: Matrix? = withGSLMatrix { factors in
      let permutation = gsl_permutation_alloc(order)!
      let side = gsl_vector_alloc(order)!
      let unknown = gsl_vector_alloc(order)!
      defer {
        gsl_permutation_free(permutation)
        gsl_vector_free(side)
        gsl_vector_free(unknown)
      }
      var sign: Int32 = 0
      guard gsl_linalg_LU_decomp(factors, permutation, &sign) == Int32(GSL_SUCCESS) else { return nil }
      var result = Matrix(rows: order, columns: sides.columns)
      for column in 0..<sides.columns {
        for row in 0..<order { gsl_vector_set(side, row, sides[row, column]) }
        guard gsl_linalg_LU_solve(factors, permutation, side, unknown) == Int32(GSL_SUCCESS) else {
          return nil
        }
        for row in 0..<order { result[row, column] = gsl_vector_get(unknown, row) }
      }
      return result.elements.allSatisfy(\.isFinite) ? result : nil
    }
    guard let result else { throw .noConvergence("a linear system of order \(order), which is singular,") }
    return result
  }

  func solved(for side: [Double]) throws(QueueingError) -> [Double] {
    try solved(for: Matrix.outer(side, [1])).elements
  }

  func inverse() throws(QueueingError) -> Matrix { try solved(for: .identity(rows)) }

  /// The matrices x with x·`self` = `sides`, row by row.
  func solvedFromLeft(for sides: Matrix) throws(QueueingError) -> Matrix {
    try transposed.solved(for: sides.transposed).transposed
  }

  /// The exponential of this matrix. Source: `gsl_linalg_exponential_ss`, methods §10.
  func exponential() -> Matrix {
    precondition(rows == columns, "exponential of a matrix that is not square")
    return withGSLMatrix { argument in
      let value = gsl_matrix_alloc(rows, rows)!
      defer { gsl_matrix_free(value) }
      _ = gsl_linalg_exponential_ss(argument, value, gsl_mode_t(GSL_PREC_DOUBLE))
      var result = Matrix(rows: rows, columns: rows)
      for i in 0..<rows { for j in 0..<rows { result[i, j] = gsl_matrix_get(value, i, j) } }
      return result
    }
  }

  /// The row vector p with p·`self` = 0 and sum 1, for the generator of a Markov chain.
  func stationary() throws(QueueingError) -> [Double] {
    // The balance equations are dependent: the last one gives way to the sum.
    var system = transposed
    for column in 0..<columns { system[rows - 1, column] = 1 }
    var side = Array(repeating: 0.0, count: rows)
    side[rows - 1] = 1
    return try system.solved(for: side)
  }
}

/// Sum of products.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "product of vectors of \(a.count) and \(b.count) elements")
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}
