import { checkArchitecture } from '../architecture/check'
import type { Architecture } from '../architecture/schema'
import { counts, settings, valueAt } from './fields'
import type { Experiment } from './schema'
import type { SettingValue } from './setting'

/** What is known of how a run is trained: its experiment, or free settings where another program wrote it. */
export interface RunSettings {
  experiment: Experiment | null
  /** By free names; such as are also a setting's path stand in its row. */
  settings: Readonly<Record<string, string | number | boolean | null>>
}

export interface SettingRow {
  /** `dataset`, `architecture`, the path of a setting, or a free name. */
  field: string
  /** One of each run; undefined where it does not have the setting or the setting counts for nothing. */
  values: (SettingValue | undefined)[]
  /** Places of runs whose program did not say; left out where each did. */
  untold?: number[]
}

/** Every setting that counts for any of the runs: the architecture by its content, the data set, the recipe, free ones. */
export function settingRows(runs: readonly RunSettings[]): SettingRow[] {
  const row = (field: string, read: (experiment: Experiment) => SettingValue | undefined): SettingRow => {
    const values = runs.map(({ experiment, settings: free }) =>
      experiment ? read(experiment) : Object.hasOwn(free, field) ? free[field] : undefined
    )
    return { field, values }
  }
  /** A setting of our own recipes that another program does not write is not known to differ. */
  const ownRow = (...[field, read]: Parameters<typeof row>): SettingRow => {
    const made = row(field, read)
    const untold = runs.flatMap(({ experiment, settings: free }, index) =>
      experiment || Object.hasOwn(free, field) ? [] : [index]
    )
    return untold.length === 0 ? made : { ...made, untold }
  }
  const rows = [
    ownRow('architecture', ({ architecture }) => contentOf(architecture)),
    ownRow('dataset', ({ dataset }) => dataset.name),
    ...settings
      .filter(({ type }) => type !== 'group')
      .map((setting) =>
        ownRow(setting.path, ({ recipe }) => (counts(setting, recipe) ? valueAt(recipe, setting.path) : undefined))
      )
  ]
  const known = new Set(rows.map(({ field }) => field))
  const free = new Set(runs.flatMap(({ settings: own }) => Object.keys(own)))
  return [...rows, ...[...free].filter((name) => !known.has(name)).map((name) => row(name, () => undefined))].filter(
    ({ values }) => values.some((value) => value !== undefined)
  )
}

/** Whether the runs differ in a row. A setting that one of them lacks and another has as none is no difference. */
export const differs = ({ values, untold = [] }: SettingRow): boolean =>
  new Set(values.filter((_, index) => !untold.includes(index)).map((value) => JSON.stringify(value ?? null))).size > 1

/** The rows in which the runs differ. */
export const differences = (runs: readonly RunSettings[]): SettingRow[] => settingRows(runs).filter(differs)

const contents = new WeakMap<Architecture, string>()

/**
 * A fingerprint of what a drawing amounts to for training, 14 hexadecimal digits: every layer with its attributes under
 * its full name, which decides its first weights, what it reads, and whether it is frozen. Names of the network and of
 * blocks, labels, places and the drawing's order do not count, nor whether a default is written out. Of a drawing that
 * cannot be worked out it is the drawing itself that counts.
 */
export function contentOf(architecture: Architecture): string {
  const known = contents.get(architecture)
  if (known !== undefined) return known
  const { checked } = checkArchitecture(architecture)
  const layers = checked?.layers
    .map(({ path, kind, attributes, inputs, frozen }) => ({ path, kind, attributes, inputs, frozen }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  const content = checked ? [checked.inputShape, checked.classes, checked.output, layers] : drawn(architecture)
  const fingerprint = hash(JSON.stringify(sorted(content)))
  contents.set(architecture, fingerprint)
  return fingerprint
}

const drawn = ({ input, classes, graph, blocks }: Architecture): unknown => {
  const plain = ({ nodes, edges }: Architecture['graph']): unknown => ({
    nodes: nodes.map((node) => ({ ...node, label: undefined, position: undefined })),
    edges
  })
  const inside = Object.entries(blocks).map(([name, block]) => [name, block.parameters, plain(block.graph)])
  return [input, classes, plain(graph), inside]
}

/** The same value with the keys of its objects in order. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)])
  )
}

/** 53 bits of a text; source: bryc, cyrb53. Any process can work it out at once, which crypto.subtle cannot. */
function hash(text: string): string {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    high = Math.imul(high ^ unit, 2654435761)
    low = Math.imul(low ^ unit, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(16).padStart(14, '0')
}
