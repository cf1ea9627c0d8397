import Libsql from 'libsql'
import { ResiduumError } from '../../shared/errors'

/** What may be bound. libsql 0.5 aborts the process on a boolean and rounds a bigint, so neither is here. */
export type SqlValue = string | number | null | Uint8Array
export type Row = Record<string, SqlValue>

const RETRY_MS = 50

interface Options {
  /** How long another program that writes is waited for; whoever waits holds the thread. */
  busyMs?: number
}

/** The one place that knows the SQLite binding. What it throws is a ResiduumError: see `meaningOf`. */
export class Database {
  private readonly handle: InstanceType<typeof Libsql>

  private readonly busyMs: number

  /** Opens or makes `file` with write-ahead logging; waits for others that write. */
  constructor(
    private readonly file: string,
    { busyMs = 10_000 }: Options = {}
  ) {
    this.busyMs = busyMs
    this.handle = this.meaning(() => new Libsql(file))
    try {
      // First of all: what follows may have to wait already.
      this.execute(`PRAGMA busy_timeout = ${busyMs}`)
      this.useWriteAheadLog()
      this.execute('PRAGMA foreign_keys = ON')
    } catch (error) {
      this.close()
      throw error
    }
  }

  execute(sql: string): void {
    this.meaning(() => this.handle.exec(sql))
  }

  /** Runs a statement; gives the number of rows it changed. */
  run(sql: string, ...values: SqlValue[]): number {
    const bound = checked(values)
    return this.meaning(() => this.handle.prepare(sql).run(...bound).changes)
  }

  all(sql: string, ...values: SqlValue[]): Row[] {
    const bound = checked(values)
    const rows = this.meaning(() => this.handle.prepare(sql).all(...bound) as Record<string, SqlValue | ArrayBuffer>[])
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
    this.execute('BEGIN IMMEDIATE')
    try {
      const result = body()
      this.execute('COMMIT')
      return result
    } catch (error) {
      try {
        this.execute('ROLLBACK')
      } catch {
        // SQLite has rolled back by itself, as it does on a full disk.
      }
      throw error
    }
  }

  close(): void {
    this.handle.close()
  }

  /** SQLite does not wait for others when it changes to the log, whatever the timeout. */
  private useWriteAheadLog(): void {
    for (let waited = 0; this.first('PRAGMA journal_mode')!.journal_mode !== 'wal'; waited += RETRY_MS) {
      try {
        return this.execute('PRAGMA journal_mode = WAL')
      } catch (error) {
        if (!(error instanceof ResiduumError) || error.code !== 'library-locked' || waited >= this.busyMs) throw error
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS)
      }
    }
  }

  private meaning<T>(body: () => T): T {
    try {
      return body()
    } catch (error) {
      throw meaningOf(this.file, error, this.busyMs / 1000)
    }
  }
}

/** Each answer of SQLite that a user can do something about has its own text; others stay as they are. */
function meaningOf(file: string, error: unknown, seconds: number): unknown {
  const { code, message } = error as { code?: string; message: string }
  switch (code) {
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return new ResiduumError('library-locked', { file, seconds }, { cause: error })
    case 'SQLITE_FULL':
      return new ResiduumError('disk-full', { file }, { cause: error })
    case 'SQLITE_READONLY':
      return new ResiduumError('library-unwritable', { file, message }, { cause: error })
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return new ResiduumError('library-damaged', { file, message }, { cause: error })
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_IOERR':
      return new ResiduumError('cannot-read', { file, message }, { cause: error })
    default:
      // The binding gives no code where not even an opening was had.
      if (!message.startsWith('ConnectionFailed')) return error
      return new ResiduumError('cannot-read', { file, message }, { cause: error })
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
