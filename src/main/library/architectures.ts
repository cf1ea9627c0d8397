import { randomBytes } from 'node:crypto'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { checkArchitecture } from '../../shared/architecture/check'
import { MAX_DOCUMENT_BYTES, openArchitecture } from '../../shared/architecture/document'
import type { ArchitectureSummary, ArchitectureVersion, SavedArchitecture } from '../../shared/architecture/saved'
import type { Architecture } from '../../shared/architecture/schema'
import { ResiduumError } from '../../shared/errors'
import { requireKeepable } from '../../shared/text/names'
import { makeFolder, readIfThere, writeFileAtomic } from '../files'
import { withOwnership } from '../run/owner'
import { placedFault } from '../../shared/issues'
import { presetNames } from '../../shared/presets'
import { freeTitle } from './names'
import { isLongInTrash } from './trash'
import { unwritable } from './unwritable'

/** `architecture.json`, written last: where it is, there is a version too. */
const aboutSchema = z.object({
  format: z.literal('residuum.saved-architecture'),
  version: z.literal(1),
  name: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  deletedAt: z.number().nullable().default(null)
})
type About = z.infer<typeof aboutSchema>

/** `version-N.json`. */
const versionSchema = z.object({
  format: z.literal('residuum.architecture-version'),
  version: z.literal(1),
  savedAt: z.number(),
  /** 0 where it has problems. */
  parameters: z.number(),
  architecture: z.unknown()
})
type Version = z.infer<typeof versionSchema>

const ABOUT = 'architecture.json'
const DRAFT = 'draft.json'
const VERSION = /^version-(\d+)\.json$/
const versionFile = (version: number): string => `version-${version}.json`

/** The user's architectures, a folder each: every saved version, and the draft of what is not saved yet. */
export class ArchitectureShelf {
  private readonly root: string

  constructor(library: string) {
    this.root = join(library, 'architectures')
  }

  /** Those that are not deleted, by name. One that cannot be read hides no other. */
  async list(): Promise<ArchitectureSummary[]> {
    const found = await Promise.all((await this.ids()).map((id) => this.look(id).catch(() => null)))
    return found
      .flatMap((one) => (one && one.about.deletedAt === null ? [one.summary] : []))
      .sort((a, b) => compareNames(a.name, b.name) || a.createdAt - b.createdAt)
  }

  /** Throws ResiduumError `architecture-missing`, `architecture-file` or `cannot-read`. */
  async get(id: string): Promise<SavedArchitecture> {
    const { summary } = await this.look(id)
    const { name } = summary
    const saved = await this.version(id, summary.version)
    const draft = await readIfThere(join(this.folder(id), DRAFT), MAX_DOCUMENT_BYTES)
    return {
      summary,
      saved: { ...saved, name },
      draft: draft && { ...openArchitecture(draft.toString('utf8'), name), name }
    }
  }

  /**
   * Keeps a new architecture as version 1, under a name that no other and no preset has: its own or, where that is taken,
   * with a number behind. Throws ResiduumError `name-control`, as all that keeps a name.
   */
  async create(architecture: Architecture): Promise<ArchitectureSummary> {
    requireKeepable(architecture.name)
    const id = `a-${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`
    // Of two at once the second must see the first one's name.
    return this.alone(async () => {
      const name = freeTitle(
        architecture.name,
        new Set([...presetNames, ...(await this.list()).map((one) => one.name)])
      )
      const now = Date.now()
      await this.put(id, {
        about: { name, createdAt: now, updatedAt: now, deletedAt: null },
        versions: [{ version: 1, savedAt: now, architecture: { ...architecture, name } }],
        draft: null
      })
      return (await this.look(id)).summary
    })
  }

  /** Writes a whole architecture, `architecture.json` last. */
  async put(
    id: string,
    whole: {
      about: Omit<About, 'format' | 'version'>
      versions: readonly { version: number; savedAt: number; architecture: Architecture }[]
      draft: Architecture | null
    }
  ): Promise<void> {
    for (const { version, savedAt, architecture } of whole.versions) {
      await this.writeVersion(id, version, savedAt, architecture)
    }
    if (whole.draft) await this.write(id, DRAFT, whole.draft)
    await this.writeAbout(id, { format: 'residuum.saved-architecture', version: 1, ...whole.about })
  }

  /** Keeps what is not saved yet, so that no crash loses it; null when nothing differs from the saved version. */
  async setDraft(id: string, architecture: Architecture | null): Promise<void> {
    await this.look(id)
    if (architecture) await this.write(id, DRAFT, architecture)
    else await rm(join(this.folder(id), DRAFT), { force: true })
  }

  /** Keeps a new version, unless nothing differs from the last, and drops the draft. */
  async save(id: string, architecture: Architecture): Promise<ArchitectureSummary> {
    requireKeepable(architecture.name)
    return this.alone(async () => {
      const { summary, saved } = await this.get(id)
      const { about } = await this.look(id)
      if (JSON.stringify(saved) !== JSON.stringify(architecture)) {
        await this.writeVersion(id, summary.version + 1, Date.now(), architecture)
      }
      await this.writeAbout(id, { ...about, name: architecture.name, updatedAt: Date.now() })
      await rm(join(this.folder(id), DRAFT), { force: true })
      return (await this.look(id)).summary
    })
  }

  async rename(id: string, name: string): Promise<void> {
    requireKeepable(name)
    await this.change(id, { name, updatedAt: Date.now() })
  }

  /** Puts it away; `restore` brings it back within 30 days. */
  delete(id: string): Promise<void> {
    return this.change(id, { deletedAt: Date.now() })
  }

  restore(id: string): Promise<void> {
    return this.change(id, { deletedAt: null })
  }

  /** The newest first. */
  async versions(id: string): Promise<ArchitectureVersion[]> {
    await this.look(id)
    const numbers = (await this.versionNumbers(id)).reverse()
    return Promise.all(
      numbers.map(async (version) => {
        const { savedAt, parameters } = await this.readVersion(id, version)
        return { version, savedAt, parameters }
      })
    )
  }

  async version(id: string, version: number): Promise<Architecture> {
    const { architecture } = await this.readVersion(id, version)
    return openArchitecture(JSON.stringify(architecture), id)
  }

  /** Removes for good what was deleted long ago; gives how many. */
  async purge(): Promise<number> {
    let count = 0
    for (const id of await this.ids()) {
      const { about } = await this.look(id).catch(() => ({ about: null }))
      if (!isLongInTrash(about?.deletedAt ?? null)) continue
      // Under a name that no list takes for an architecture, should it end half-way.
      const removed = join(this.root, `.removed-${id}`)
      await rename(this.folder(id), removed)
      await rm(removed, { recursive: true, force: true })
      count += 1
    }
    return count
  }

  private async look(id: string): Promise<{ summary: ArchitectureSummary; about: About }> {
    const about = await this.read(id, ABOUT, aboutSchema)
    const version = (await this.versionNumbers(id)).at(-1)
    if (version === undefined) throw new ResiduumError('architecture-missing', { id })
    const { name, createdAt, updatedAt } = about
    const { parameters } = await this.readVersion(id, version)
    const hasDraft = await stat(join(this.folder(id), DRAFT)).then(
      () => true,
      () => false
    )
    return { about, summary: { id, name, createdAt, updatedAt, version, parameters, hasDraft } }
  }

  private async change(id: string, change: Partial<About>): Promise<void> {
    await this.alone(async () => this.writeAbout(id, { ...(await this.look(id)).about, ...change }))
  }

  private async ids(): Promise<string[]> {
    const entries = await readdir(this.root, { withFileTypes: true }).catch(() => [])
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
  }

  /** From the oldest. */
  private async versionNumbers(id: string): Promise<number[]> {
    const names = await readdir(this.folder(id)).catch(() => [])
    return names
      .flatMap((name) => VERSION.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b)
  }

  private readVersion(id: string, version: number): Promise<Version> {
    return this.read(id, versionFile(version), versionSchema)
  }

  private async read<T extends z.ZodType>(id: string, name: string, schema: T): Promise<z.output<T>> {
    const file = join(this.folder(id), name)
    const bytes = await readIfThere(file, MAX_DOCUMENT_BYTES)
    if (!bytes) throw new ResiduumError('architecture-missing', { id })
    let value: unknown
    try {
      value = JSON.parse(bytes.toString('utf8'))
    } catch (error) {
      const { message } = error as Error
      throw new ResiduumError('architecture-file', { file, reason: { code: 'json', parameters: { message } } })
    }
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    throw new ResiduumError('architecture-file', { file, reason: placedFault(parsed.error.issues[0]!, value) })
  }

  private writeVersion(id: string, version: number, savedAt: number, architecture: Architecture): Promise<void> {
    const parameters = checkArchitecture(architecture).checked?.totals.parameters ?? 0
    const content: Version = {
      format: 'residuum.architecture-version',
      version: 1,
      savedAt,
      parameters,
      architecture
    }
    return this.write(id, versionFile(version), content)
  }

  private writeAbout(id: string, about: About): Promise<void> {
    return this.write(id, ABOUT, about)
  }

  private write(id: string, name: string, content: object): Promise<void> {
    return writeFileAtomic(join(this.folder(id), name), JSON.stringify(content))
  }

  /** Of several windows on one library only one changes something at a time. */
  private async alone<T>(body: () => Promise<T>): Promise<T> {
    try {
      makeFolder(this.root)
    } catch (error) {
      throw unwritable(this.root, error)
    }
    return withOwnership(this.root, body)
  }

  /** Throws ResiduumError `architecture-missing` for what can be no id: it may come from anywhere. */
  private folder(id: string): string {
    if (!/^[\w-]{1,64}$/.test(id)) throw new ResiduumError('architecture-missing', { id })
    return join(this.root, id)
  }
}

const compareNames = (a: string, b: string): number => {
  const [first, second] = [a.toLowerCase(), b.toLowerCase()]
  return first < second ? -1 : first > second ? 1 : 0
}
