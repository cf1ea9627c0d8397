import Libsql from 'libsql'

/** What may be bound. libsql 0.5 aborts the process on a boolean and rounds a bigint, so neither is here. */
export type SqlValue = string | number | null | Uint8Array
export type Row = Record<string, SqlValue>

/** The one place that knows the SQLite binding. */
export class Database {
  private readonly handle: InstanceType<typeof Libsql>

  /** Opens or makes `file` with write-ahead logging; waits up to 5 s for another writer. */
  constructor(file: string) {
    this.handle = new Libsql(file)
    this.handle.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON')
  }

  execute(sql: string): void {
    this.handle.exec(sql)
  }

  /** Runs a statement; gives the number of rows it changed. */
  run(sql: string, ...values: SqlValue[]): number {
    return this.handle.prepare(sql).run(...checked(values)).changes
  }

  all(sql: string, ...values: SqlValue[]): Row[] {
    const rows = this.handle.prepare(sql).all(...checked(values)) as Record<string, SqlValue | ArrayBuffer>[]
    return rows.map((row) => {
      const entries = Object.entries(row).map(([column, value]) => [
        column,
        value instanceof ArrayBuffer ? new Uint8Array(value) : value
      ])
      return Object.fromEntries(entries) as Row
    })
  }

  first(sql: string, ...values: SqlValue[]): Row | null {
    return this.all(sql, ...values)[0] ?? null
  }

  /** All of `body` or nothing of it. Must not be nested. */
  transaction<T>(body: () => T): T {
    this.handle.exec('BEGIN IMMEDIATE')
    try {
      const result = body()
      this.handle.exec('COMMIT')
      return result
    } catch (error) {
      this.handle.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.handle.close()
  }
}

/** The types hold this at compile time; a value that came through a cast must not take the process down. */
function checked(values: readonly SqlValue[]): SqlValue[] {
  return values.map((value) => {
    if (value === null || typeof value === 'string' || typeof value === 'number') return value
    if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    throw new TypeError(`cannot bind a ${typeof value}`)
  })
}
