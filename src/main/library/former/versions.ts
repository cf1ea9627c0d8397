import type { Database } from '../database'

/** Each entry takes the library from version `index` to `index + 1`; entries are never changed once released. */
const migrations: string[] = [
  `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    colour INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    architecture TEXT NOT NULL,
    parameters INTEGER NOT NULL,
    epochs INTEGER NOT NULL,
    experiment TEXT NOT NULL,
    device TEXT,
    error TEXT,
    owner INTEGER,
    beat_at INTEGER NOT NULL
  );
  CREATE TABLE epochs (
    run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    loss REAL NOT NULL,
    train_accuracy REAL NOT NULL,
    test_loss REAL NOT NULL,
    test_accuracy REAL NOT NULL,
    seconds REAL NOT NULL,
    images_per_second REAL NOT NULL,
    PRIMARY KEY (run_id, epoch)
  ) WITHOUT ROWID;
  CREATE TABLE steps (
    run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    loss REAL,
    accuracy REAL NOT NULL,
    learning_rate REAL NOT NULL,
    seconds REAL NOT NULL,
    PRIMARY KEY (run_id, step)
  ) WITHOUT ROWID;
  CREATE TABLE evaluations (
    run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    labels BLOB NOT NULL,
    predicted BLOB NOT NULL,
    confidence BLOB NOT NULL,
    PRIMARY KEY (run_id, epoch)
  );
  `,
  `
  ALTER TABLE epochs ADD COLUMN validation_loss REAL;
  ALTER TABLE epochs ADD COLUMN validation_accuracy REAL;
  ALTER TABLE epochs ADD COLUMN score REAL NOT NULL DEFAULT 0;
  UPDATE epochs SET score = test_accuracy;
  CREATE TABLE diagnostics (
    run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    layers TEXT NOT NULL,
    PRIMARY KEY (run_id, step)
  ) WITHOUT ROWID;
  `,
  `
  ALTER TABLE runs ADD COLUMN multiply_adds INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE architectures (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    draft TEXT
  );
  CREATE TABLE architecture_versions (
    architecture_id TEXT NOT NULL REFERENCES architectures(id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    parameters INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (architecture_id, version)
  ) WITHOUT ROWID;
  `
]

/** The version this program writes. */
export const LIBRARY_VERSION = migrations.length

export const libraryVersion = (database: Database): number =>
  Number(database.first('PRAGMA user_version')!.user_version)

/** Brings the library to a version, this program's unless told otherwise; each step is one transaction. */
export function migrate(database: Database, target = LIBRARY_VERSION): void {
  for (let version = libraryVersion(database); version < target; version++) {
    database.transaction(() => {
      // Another process may have been faster.
      if (libraryVersion(database) !== version) return
      database.execute(migrations[version]!)
      database.execute(`PRAGMA user_version = ${version + 1}`)
    })
  }
}
