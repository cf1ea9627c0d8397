import type { Experiment } from '../../../shared/experiment/schema'
import type { RunFile } from '../../../shared/run/journal'

/** One setting of a run as the index keeps it. */
export interface Setting {
  field: string
  /** As a user would write it: `true`, `none` for null, a list with commas. */
  text: string
  /** What it is compared as where it is a number; 1 and 0 for true and false; null otherwise. */
  number: number | null
}

/**
 * Every leaf of an experiment's recipe by its path (`optimizer.learningRate`), the data set as `dataset` and the
 * architecture's name as `architecture`; without an experiment the free settings of `run.json`.
 */
export function settingsOf(experiment: Experiment | null, { settings }: Pick<RunFile, 'settings'>): Setting[] {
  if (!experiment) return Object.entries(settings).map(([field, value]) => setting(field, value))
  const { architecture, dataset, recipe } = experiment
  return [setting('architecture', architecture.name), setting('dataset', dataset.name), ...leaves('', recipe)]
}

function leaves(path: string, value: unknown): Setting[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [setting(path, value)]
  const prefix = path === '' ? '' : `${path}.`
  return Object.entries(value).flatMap(([name, inner]) => leaves(`${prefix}${name}`, inner))
}

function setting(field: string, value: unknown): Setting {
  if (typeof value === 'number') return { field, text: String(value), number: value }
  if (typeof value === 'boolean') return { field, text: String(value), number: value ? 1 : 0 }
  if (Array.isArray(value)) return { field, text: value.map(String).join(', '), number: null }
  return { field, text: value === null || value === undefined ? 'none' : String(value), number: null }
}
