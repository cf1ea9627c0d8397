import { z } from 'zod'
import messages from '../../messages/en.json'
import type { Architecture } from '../schema'

const codes = Object.keys(messages.edit) as [keyof typeof messages.edit, ...(keyof typeof messages.edit)[]]

/** What an edit is called in the menu. */
export const editNameSchema = z.object({
  code: z.enum(codes),
  parameters: z.record(z.string(), z.union([z.string().max(500), z.number()]))
})
export type EditName = z.infer<typeof editNameSchema>

interface Step {
  name: EditName
  /** The architecture before the edit. */
  before: Architecture
  after: Architecture
  merge: string | null
}

/** Documents share what an edit did not change, so that thousands of steps cost little. */
const MOST_STEPS = 2000

/** The edits of one architecture; undoing gives back the very same document. */
export class History {
  private steps: Step[] = []
  private done = 0

  constructor(private first: Architecture) {}

  get present(): Architecture {
    return this.done === 0 ? this.first : this.steps[this.done - 1]!.after
  }

  /** Names of what undo and redo would do; null where there is nothing. */
  get undoName(): EditName | null {
    return this.steps[this.done - 1]?.name ?? null
  }

  get redoName(): EditName | null {
    return this.steps[this.done]?.name ?? null
  }

  /** Takes an edit; edits in a row with the same `merge` are one step. An edit without a change is none. */
  push(after: Architecture, name: EditName, merge: string | null = null): void {
    const before = this.present
    if (after === before) return
    const last = this.steps[this.done - 1]
    this.steps.length = this.done
    if (last && merge !== null && last.merge === merge) last.after = after
    else this.steps.push({ name, before, after, merge })
    if (this.steps.length > MOST_STEPS) this.first = this.steps.shift()!.after
    this.done = this.steps.length
  }

  undo(): Architecture {
    if (this.done > 0) this.done -= 1
    return this.done === 0 ? this.first : this.steps[this.done]!.before
  }

  redo(): Architecture {
    if (this.done < this.steps.length) this.done += 1
    return this.present
  }
}
