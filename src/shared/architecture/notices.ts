import { locate, type DrawingName } from './locate'
import type { Problem } from './problems'
import type { Architecture } from './schema'

/** A problem or warning as the screen shows it: once for all instances of a block. */
export type Notice = Problem & {
  severity: 'error' | 'warning'
  drawing: DrawingName
  /** Name of the node; null for a whole drawing. */
  id: string | null
  /** Further instances with the same one. */
  others: number
}

/** Problems before warnings, each node's own once. */
export function gatherNotices(
  architecture: Architecture,
  problems: readonly Problem[],
  warnings: readonly Problem[]
): Notice[] {
  const found = new Map<string, Notice>()
  const gather = (severity: Notice['severity'], list: readonly Problem[]): void => {
    for (const problem of list) {
      const { drawing = null, node = null } = locate(architecture, problem.path) ?? {}
      // A drawing may lack both of its ends.
      const end = problem.code === 'one-end' ? `|${problem.parameters.type}` : ''
      const key = `${severity}|${drawing ?? ''}|${node?.id ?? problem.path}|${problem.code}${end}`
      const known = found.get(key)
      if (known) known.others += 1
      else found.set(key, { ...problem, severity, drawing, id: node?.id ?? null, others: 0 })
    }
  }
  gather('error', problems)
  gather('warning', warnings)
  return [...found.values()]
}
