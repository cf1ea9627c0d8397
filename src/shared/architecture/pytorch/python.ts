import { isFloat, toPython } from '../expressionText'
import { PYTHON_WORDS } from '../edit'
import { pythonText } from '../../text/visible'
import type { AttributeValue } from '../schema'
import { INPUT_SYMBOL, REPETITION_SYMBOL } from './symbols'

/** Columns of the generated code. */
export const LINE = 100
/** Names that the generated constructors use themselves. */
const OWN = new Set(['in_channels', 'current_channels', 'instances', 'int', 'max', 'min', 'range', 'super'])

/** What a generated module needs at its top, and what is known where a value is written. */
export interface Imports {
  math: boolean
  torch: boolean
  /** Parameters of the class that is being written whose values need not be integers. */
  reals: ReadonlySet<string>
}

const isPlain = (name: string): boolean => /^[A-Za-z]\w*$/.test(name) && !PYTHON_WORDS.has(name)

/** How a submodule is reached; names that Python or nn.Module has taken need a detour. */
export const member = (id: string): string => (isPlain(id) ? `self.${id}` : `self._modules["${id}"]`)

/** A name of its own for every name: one that will not do, or that looks like another's way out, gets a prefix. */
const renamed = (name: string, prefix: string, plain: boolean): string =>
  plain && !name.startsWith(prefix) ? name : `${prefix}${name}`

/** A local variable for a node's value. */
export const local = (id: string): string => renamed(id, 'value_', isPlain(id))

/** The Python name of a block's parameter. */
export function parameterName(name: string): string {
  if (name === INPUT_SYMBOL) return 'in_channels'
  if (name === REPETITION_SYMBOL) return 'current_channels'
  // An expression may name what is never read, of any letters.
  return renamed(name.replace(/\W/gu, '_'), 'given_', isPlain(name) && !OWN.has(name))
}

/** A value as Python text. `whole` where only an integer will do. */
export function python(value: AttributeValue, imports: Imports, whole = false): string {
  if (Array.isArray(value)) return `(${python(value[0], imports, whole)}, ${python(value[1], imports, whole)})`
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  if (!value.startsWith('=')) return `"${pythonText(value)}"`
  const text = toPython(value, parameterName)
  if (text.includes('math.')) imports.math = true
  return whole && isFloat(value, imports.reals) ? `int(${text})` : text
}

/** A call on one line, or with an argument a line where it is too long; `before` stands on the line before it. */
export function call(name: string, args: readonly string[], indent: number, before = 0): string {
  const line = `${name}(${args.join(', ')})`
  if (indent + before + line.length <= LINE && !line.includes('\n')) return line
  const pad = ' '.repeat(indent + 4)
  return `${name}(\n${args.map((arg) => `${pad}${arg},\n`).join('')}${' '.repeat(indent)})`
}

/** `seed-resnet` becomes SeedResnet; what leaves no letters becomes `fallback`. */
export function className(name: string, fallback: string, taken: ReadonlySet<string>): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter(Boolean)
  const joined = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')
  let stem = /^[A-Za-z]/.test(joined) ? joined : `${fallback}${joined}`
  if (['None', 'True', 'False'].includes(stem)) stem = `${stem}${fallback}`
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? stem : `${stem}${number}`
    if (!taken.has(candidate)) return candidate
  }
}

/** A condition as it stands between `if` and `else`: a choice within it needs parentheses there. */
export const condition = (text: string, imports: Imports): string => {
  const written = python(text, imports)
  return /\belse\b/.test(written) ? `(${written})` : written
}

/** `made` where a condition holds, else nothing that changes the value. */
export function conditional(target: string, made: string, condition: string, indent: number): string {
  const line = `${made} if ${condition} else nn.Identity()`
  if (indent + target.length + 3 + line.length <= LINE && !line.includes('\n')) return `${target} = ${line}`
  const [pad, end] = [' '.repeat(indent + 4), ' '.repeat(indent)]
  const inner = made.replaceAll('\n', '\n    ')
  return `${target} = (\n${pad}${inner}\n${pad}if ${condition}\n${pad}else nn.Identity()\n${end})`
}
