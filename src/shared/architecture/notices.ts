import type { CheckResult } from './checked'
import { locate, type DrawingName } from './locate'
import type { Problem } from './problems'
import { teachingWarnings } from './teach'
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

/** The notices of a checked drawing: problems before warnings, each node's own once. */
export function noticesOf(architecture: Architecture, result: CheckResult): Notice[] {
  const { warnings, problems } = result
  const said = isUnfinished(result) ? problems.filter(({ code }) => !ENDS.has(code)) : problems
  return gatherNotices(architecture, said, [...warnings, ...teachingWarnings(result)])
}

/** What a network says of its end. */
const ENDS: ReadonlySet<string> = new Set(['empty', 'output-width'])

/**
 * Whether a network has no head yet: it gives pictures still, or is empty. That it cannot be trained so goes without
 * saying while its layers are being drawn.
 */
export function isUnfinished({ problems }: CheckResult): boolean {
  const end = problems.find(({ code }) => code === 'output-width')
  return end?.code === 'output-width' && String(end.parameters.shape).includes('x')
}

/** Equal notices of several nodes. */
export interface NoticeGroup {
  /** The first of them says what all say. */
  notice: Notice
  all: Notice[]
}

/** Notices that say the same of different nodes together, where the first of them stood. */
export function groupNotices(notices: readonly Notice[]): NoticeGroup[] {
  const groups = new Map<string, NoticeGroup>()
  for (const notice of notices) {
    const { severity, code, parameters } = notice
    // What is wrong with a whole drawing is of that drawing alone.
    const place = notice.id === null ? notice.path : ''
    const key = JSON.stringify([severity, code, parameters, place])
    const group = groups.get(key)
    if (group) group.all.push(notice)
    else groups.set(key, { notice, all: [notice] })
  }
  return [...groups.values()]
}

/** Problems before warnings, each node's own once. */
function gatherNotices(
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
