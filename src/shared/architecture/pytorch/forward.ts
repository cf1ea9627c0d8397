import type { ArchitectureNode } from '../schema'
import { freeName } from '../edit'
import { expressionForm } from './layerCalls'
import { call, LINE, local, member, type Imports } from './python'
import type { Step } from './symbols'

/** Calls within calls that still read well. */
const DEPTH = 3
const LENGTH = 72
const INDENT = 8
/** The longest that mostly stands before an expression. */
const RETURN = 'return '

interface Written {
  text: string
  depth: number
  /** Values in variables that the text reads; one entry a reading. */
  reads: string[]
}

/** The body of `forward`: calls of a chain written into each other, values that are read twice in variables. */
export function forwardLines(steps: readonly Step[], imports: Imports, constantOf: (id: string) => string): string[] {
  const byId = new Map(steps.map((step) => [step.node.id, step]))
  const readers = new Map<string, number>()
  for (const { inputs } of steps) for (const id of inputs) readers.set(id, (readers.get(id) ?? 0) + 1)
  const [input, output] = [end(steps, 'input'), end(steps, 'output')]
  const variables = new Map<string, string>([[input, 'x']])
  const waiting = new Map<string, number>()
  const pending = new Map<string, Written>()
  const lines: string[] = []
  waiting.set(input, readers.get(input) ?? 0)

  const take = (id: string): Written => {
    const inline = pending.get(id)
    if (inline) return inline
    return { text: variables.get(id)!, depth: 0, reads: [id] }
  }
  const assign = (id: string, { text, reads }: Written): void => {
    for (const read of reads) waiting.set(read, waiting.get(read)! - 1)
    const used = new Set([...variables].filter(([value]) => waiting.get(value)! > 0).map(([, name]) => name))
    const done = reads.map((read) => variables.get(read)!).filter((name) => !used.has(name))
    const free = ['x', ...done, 'y', local(id)].find((name) => !used.has(name)) ?? freeName(used, local(id))
    variables.set(id, free)
    waiting.set(id, readers.get(id) ?? 0)
    lines.push(`${free} = ${text}`)
  }

  for (const step of depthFirst(byId, output)) {
    const { node } = step
    if (node.type === 'input' || node.type === 'output') continue
    const written = write(node, step.inputs.map(take), imports, constantOf)
    const once = readers.get(node.id) === 1
    const last = byId.get(output)!.inputs[0] === node.id
    const short = written.depth < DEPTH && written.text.length <= LENGTH
    if (once && (short || last)) pending.set(node.id, written)
    else assign(node.id, written)
  }
  lines.push(`return ${take(byId.get(output)!.inputs[0]!).text}`)
  return lines
}

const end = (steps: readonly Step[], type: 'input' | 'output'): string =>
  steps.find(({ node }) => node.type === type)?.node.id ?? type

/** One branch after the other, each whole, the first input's first. */
function depthFirst(byId: ReadonlyMap<string, Step>, output: string): Step[] {
  const order: Step[] = []
  const seen = new Set<string>()
  const stack: { id: string; next: number }[] = [{ id: output, next: 0 }]
  seen.add(output)
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!
    const step = byId.get(top.id)!
    const input = step.inputs[top.next]
    if (input === undefined) {
      order.push(step)
      stack.pop()
      continue
    }
    top.next += 1
    if (seen.has(input)) continue
    seen.add(input)
    stack.push({ id: input, next: 0 })
  }
  return order
}

function write(
  node: ArchitectureNode,
  inputs: Written[],
  imports: Imports,
  constantOf: (id: string) => string
): Written {
  const reads = inputs.flatMap((input) => input.reads)
  const depth = 1 + Math.max(0, ...inputs.map((input) => input.depth))
  const texts = inputs.map(({ text }) => text)
  const result = (text: string): Written => ({ text, depth, reads })
  const form = expressionForm(node)
  if (form === null) return result(`${member(node.id)}(${texts[0]!})`)
  if (form.form === 'infix') {
    const operands = form.operator === '+' ? texts : texts.map(operand)
    if (form.constant !== null) return result([...operands, constantOf(node.id)].join(` ${form.operator} `))
    // Under a condition that is false a join has a single input.
    return texts.length === 1 ? inputs[0]! : result(operands.join(` ${form.operator} `))
  }
  if (texts.length === 1) return inputs[0]!
  imports.torch = true
  const list = `[${texts.join(', ')}]`
  const line = `${form.name}(${[list, ...form.keywords].join(', ')})`
  if (INDENT + RETURN.length + line.length <= LINE) return result(line)
  const pad = ' '.repeat(INDENT + 8)
  const broken = `[\n${texts.map((text) => `${pad}${text},\n`).join('')}${' '.repeat(INDENT + 4)}]`
  return result(call(form.name, [broken, ...form.keywords], INDENT))
}

const operand = (text: string): string => (text.includes(' + ') ? `(${text})` : text)
