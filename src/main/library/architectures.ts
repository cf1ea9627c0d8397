import { randomBytes } from 'node:crypto'
import { checkArchitecture } from '../../shared/architecture/check'
import { parseArchitecture } from '../../shared/architecture/document'
import type { ArchitectureSummary, ArchitectureVersion, SavedArchitecture } from '../../shared/architecture/saved'
import type { Architecture } from '../../shared/architecture/schema'
import { ResiduumError } from '../../shared/errors'
import { requireKeepable } from '../../shared/text/names'
import type { Database, Row, SqlValue } from './database'

/** Deleted architectures can be had back for so long. */
const KEPT_MS = 30 * 24 * 3600_000

const SUMMARIES = `
  SELECT architectures.id, architectures.name, architectures.created_at, architectures.updated_at,
         architectures.draft IS NOT NULL AS has_draft, versions.version, versions.parameters
  FROM architectures
  JOIN architecture_versions AS versions ON versions.architecture_id = architectures.id
   AND versions.version = (SELECT max(version) FROM architecture_versions WHERE architecture_id = architectures.id)`

/** The user's architectures: every saved version, and the draft of what is not saved yet. */
export class ArchitectureShelf {
  constructor(private readonly database: Database) {}

  /** Those that are not deleted, by name. */
  list(): ArchitectureSummary[] {
    return this.database
      .all(`${SUMMARIES} WHERE deleted_at IS NULL ORDER BY architectures.name COLLATE NOCASE, created_at`)
      .map(toSummary)
  }

  /** Throws ResiduumError `architecture-missing`. */
  get(id: string): SavedArchitecture {
    const summary = this.summary(id)
    const { draft } = this.database.first('SELECT draft FROM architectures WHERE id = ?', id)!
    const read = (document: unknown): Architecture => ({
      ...parseArchitecture(String(document), summary.name),
      name: summary.name
    })
    return {
      summary,
      saved: read(this.document(id, summary.version)),
      draft: draft === null ? null : read(draft)
    }
  }

  /** Keeps a new architecture as version 1. Throws ResiduumError `name-control`, as all that keeps a name. */
  create(architecture: Architecture): ArchitectureSummary {
    requireKeepable(architecture.name)
    const id = `a-${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`
    const now = Date.now()
    this.database.transaction(() => {
      this.database.run(
        'INSERT INTO architectures (id, name, created_at, updated_at) VALUES (?, ?, ?, ?)',
        id,
        architecture.name,
        now,
        now
      )
      this.addVersion(id, 1, architecture)
    })
    return this.summary(id)
  }

  /** Keeps what is not saved yet, so that no crash loses it; null when nothing differs from the saved version. */
  setDraft(id: string, architecture: Architecture | null): void {
    this.update(id, 'draft = ?', architecture && JSON.stringify(architecture))
  }

  /** Keeps a new version, unless nothing differs from the last, and drops the draft. */
  save(id: string, architecture: Architecture): ArchitectureSummary {
    requireKeepable(architecture.name)
    const { summary, saved } = this.get(id)
    this.database.transaction(() => {
      if (JSON.stringify(saved) !== JSON.stringify(architecture)) this.addVersion(id, summary.version + 1, architecture)
      this.update(id, 'name = ?, updated_at = ?, draft = NULL', architecture.name, Date.now())
    })
    return this.summary(id)
  }

  rename(id: string, name: string): void {
    requireKeepable(name)
    this.update(id, 'name = ?, updated_at = ?', name, Date.now())
  }

  /** Puts it away; `restore` brings it back within 30 days. */
  delete(id: string): void {
    this.update(id, 'deleted_at = ?', Date.now())
  }

  restore(id: string): void {
    this.update(id, 'deleted_at = NULL')
  }

  /** The newest first. */
  versions(id: string): ArchitectureVersion[] {
    this.summary(id)
    return this.database
      .all(
        'SELECT version, saved_at, parameters FROM architecture_versions WHERE architecture_id = ? ORDER BY version DESC',
        id
      )
      .map((row) => ({
        version: Number(row.version),
        savedAt: Number(row.saved_at),
        parameters: Number(row.parameters)
      }))
  }

  version(id: string, version: number): Architecture {
    return parseArchitecture(this.document(id, version), id)
  }

  /** Removes for good what was deleted long ago. */
  purge(): void {
    this.database.run('DELETE FROM architectures WHERE deleted_at < ?', Date.now() - KEPT_MS)
  }

  private summary(id: string): ArchitectureSummary {
    const row = this.database.first(`${SUMMARIES} WHERE architectures.id = ?`, id)
    if (!row) throw new ResiduumError('architecture-missing', { id })
    return toSummary(row)
  }

  private update(id: string, what: string, ...values: SqlValue[]): void {
    if (this.database.run(`UPDATE architectures SET ${what} WHERE id = ?`, ...values, id) === 0) {
      throw new ResiduumError('architecture-missing', { id })
    }
  }

  private document(id: string, version: number): string {
    const row = this.database.first(
      'SELECT document FROM architecture_versions WHERE architecture_id = ? AND version = ?',
      id,
      version
    )
    if (!row) throw new ResiduumError('architecture-missing', { id })
    return String(row.document)
  }

  private addVersion(id: string, version: number, architecture: Architecture): void {
    this.database.run(
      'INSERT INTO architecture_versions VALUES (?, ?, ?, ?, ?)',
      id,
      version,
      Date.now(),
      checkArchitecture(architecture).checked?.totals.parameters ?? 0,
      JSON.stringify(architecture)
    )
  }
}

const toSummary = (row: Row): ArchitectureSummary => ({
  id: String(row.id),
  name: String(row.name),
  createdAt: Number(row.created_at),
  updatedAt: Number(row.updated_at),
  version: Number(row.version),
  parameters: Number(row.parameters),
  hasDraft: row.has_draft === 1
})
