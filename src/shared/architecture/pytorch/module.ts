import { ResiduumError } from '../../errors'
import { checkArchitecture, type CheckedArchitecture, type CheckResult } from '../check'
import { ArchitectureProblem } from '../problems'
import { assume } from '../expressionText'
import { fieldsOf } from '../fields'
import { definitionOf } from '../locate'
import type { Architecture, ArchitectureGraph, AttributeValue, BlockNode, BlockParameter, LayerNode } from '../schema'
import { combine, type Symbolic } from '../symbolic'
import { pythonText } from '../../text/visible'
import { freeName, namesIn } from '../edit'
import { forwardLines } from './forward'
import { expressionForm, isLazy, layerCall, type ExpressionConstant } from './layerCalls'
import { call, className, condition, conditional, member, parameterName, python, type Imports } from './python'
import {
  argumentsOf,
  INPUT_SYMBOL,
  instanceValue,
  REPETITION_SYMBOL,
  stepsOf,
  symbolicValues,
  type Step
} from './symbols'

const INDENT = 8

/**
 * The drawing as a torch.nn.Module in Python: blocks as classes, repetitions as loops; its state_dict has the names
 * and shapes of this program's safetensors files.
 * Throws ResiduumError `architecture` where the drawing has problems, `pytorch-channels` where a block's channels
 * cannot be written as an expression, `pytorch-name` where a submodule has the name of a value that nn.Module assigns.
 */
export function pytorchCode(architecture: Architecture, result: CheckResult = checkArchitecture(architecture)): string {
  const { checked } = result
  if (!checked) throw new ResiduumError('architecture', { problem: result.problems[0]! })
  try {
    return moduleText(architecture, result, checked)
  } catch (error) {
    if (!(error instanceof ArchitectureProblem)) throw error
    // A check leaves aside what no instance works out; the code has it all.
    throw new ResiduumError('architecture', { problem: error.at('') })
  }
}

function moduleText(architecture: Architecture, result: CheckResult, checked: CheckedArchitecture): string {
  // A copy of its own: what was worked out of a drawing is kept by it.
  const writer = new Writer({ ...architecture })
  const { channels, height, width } = architecture.input
  const top = writer.network(topValues(architecture, result))
  const { imports } = writer
  const count = checked.totals.parameters.toLocaleString('en')
  const says = `${count} parameters; pictures of ${channels}x${height}x${width} give ${architecture.classes} scores`
  return [
    `"""${pythonText(architecture.name)}: ${says}."""`,
    '',
    ...(imports.math ? ['import math', ''] : []),
    ...(imports.torch ? ['import torch'] : []),
    'from torch import nn',
    '',
    '',
    [...writer.classes.values(), top].join('\n\n\n'),
    ''
  ].join('\n')
}

/** In the network's own drawing every shape is a number. */
function topValues({ graph, input }: Architecture, { summaries }: CheckResult): Map<string, Symbolic> {
  const shapes = graph.nodes.map(({ id, type }): [string, Symbolic] => {
    const shape = type === 'input' ? Object.values(input) : (summaries.get(id)?.outputShape ?? [0])
    return [id, { channels: shape[0]!, area: shape.slice(1).reduce((product, size) => product * size, 1) }]
  })
  return new Map(shapes)
}

class Writer {
  /** Source of each block's class, those it uses before it. */
  readonly classes = new Map<string, string>()
  readonly imports: Imports = { math: false, torch: false, reals: new Set() }
  private readonly names = new Map<string, string>()
  /** Blocks whose class is told the channels of its input. */
  private readonly told = new Set<string>()
  /** Blocks with a layer whose width PyTorch finds at the first batch: such a layer cannot be frozen before. */
  private readonly lazy = new Set<string>()

  constructor(private readonly architecture: Architecture) {}

  network(values: ReadonlyMap<string, Symbolic>): string {
    const { graph, name } = this.architecture
    const body = this.body(graph, values)
    const own = className(name, 'Network', this.taken())
    return this.write(own, [], body)
  }

  /** What no further class may be called: a parameter of that name would hide it. */
  private taken(): Set<string> {
    const parameters = Object.values(this.architecture.blocks).flatMap((block) => block.parameters)
    return new Set([...this.names.values(), ...parameters.map(({ name }) => parameterName(name))])
  }

  /** Writes the class of a block, once. */
  private block(name: string): string {
    const known = this.names.get(name)
    if (known) return known
    const { graph, parameters } = definitionOf(this.architecture, name)!
    const values = symbolicValues(this.architecture, graph, { channels: `=${INPUT_SYMBOL}`, area: null })
    const outer = this.imports.reals
    this.imports.reals = new Set(parameters.filter(({ type }) => type === 'number').map((one) => one.name))
    const body = this.body(graph, values)
    this.imports.reals = outer
    const own = className(name, 'Block', this.taken())
    this.names.set(name, own)
    const inner = graph.nodes.some((node) => node.type === 'block' && this.lazy.has(node.block))
    if (inner || body.constructor.some(isLazy)) this.lazy.add(name)
    if (/\bin_channels\b/.test(body.constructor.join('\n'))) this.told.add(name)
    const signature = [
      ...(this.told.has(name) ? ['in_channels'] : []),
      ...parameters.map((parameter) => this.parameter(parameter))
    ]
    this.classes.set(name, this.write(own, signature, body))
    return own
  }

  private parameter({ name, default: fallback }: BlockParameter): string {
    return `${parameterName(name)}=${python(fallback, this.imports)}`
  }

  private write(name: string, signature: string[], body: { constructor: string[]; forward: string[] }): string {
    const pad = ' '.repeat(INDENT)
    const lines = (all: string[]): string => all.map((line) => `${pad}${line}`).join('\n')
    return [
      `class ${name}(nn.Module):`,
      `${call('    def __init__', ['self', ...signature], 0, 1).replace(/\n(?=.)/g, '\n    ')}:`,
      lines(['super().__init__()', ...body.constructor]),
      '',
      '    def forward(self, x):',
      lines(body.forward)
    ].join('\n')
  }

  private body(
    graph: ArchitectureGraph,
    values: ReadonlyMap<string, Symbolic>
  ): {
    constructor: string[]
    forward: string[]
  } {
    const steps = stepsOf(graph)
    const constants = new Map<string, string>()
    const lines = steps.flatMap((step) => this.member(step, values, constants, namesIn(graph)))
    const frozen = steps.flatMap(({ node }) => {
      const module = node.type === 'block' || (node.type === 'layer' && !expressionForm(node))
      if (!module || !node.frozen) return []
      const own = lines.filter((line) => line.startsWith(`${member(node.id)} = `))
      if (own.some(isLazy) || (node.type === 'block' && this.lazy.has(node.block))) {
        throw new ResiduumError('pytorch-channels', { name: node.id })
      }
      return [`${member(node.id)}.requires_grad_(False)`]
    })
    const forward = forwardLines(steps, this.imports, (id) => constants.get(id)!)
    return { constructor: [...lines, ...frozen], forward }
  }

  /** The lines that make a node's submodule. */
  private member(
    { node, inputs, when }: Step,
    values: ReadonlyMap<string, Symbolic>,
    constants: Map<string, string>,
    taken: ReadonlySet<string>
  ): string[] {
    if (node.type === 'input' || node.type === 'output') return []
    const given = values.get(inputs[0]!)!
    const known = when !== null && given.channels !== null
    const input = known ? { ...given, channels: assume(given.channels!, when) } : given
    const form = expressionForm(node)
    if (node.type === 'layer' && form) {
      const constant = form.form === 'infix' ? form.constant : null
      return constant ? this.constant(node, constant, when, constants, taken) : []
    }
    if (node.id === 'training') throw new ResiduumError('pytorch-name', { name: node.id })
    const made = node.type === 'layer' ? this.layer(node, input) : this.instances(node, input)
    const last = made.pop()!
    const target = member(node.id)
    if (when === null) return [...made, `${target} = ${last}`]
    return [...made, conditional(target, last, condition(when, this.imports), INDENT)]
  }

  /** The line that makes a variable of what an expression reads beside its inputs; none for a number. */
  private constant(
    node: LayerNode,
    { attribute, stem, neutral }: ExpressionConstant,
    when: string | null,
    constants: Map<string, string>,
    taken: ReadonlySet<string>
  ): string[] {
    const fallback = fieldsOf(node.kind).find(({ name }) => name === attribute)?.default
    const given = node.attributes[attribute] ?? fallback ?? neutral
    if (when === null && typeof given === 'number') {
      constants.set(node.id, String(given))
      return []
    }
    const name = `self.${freeName(taken, `${stem}_${node.id}`)}`
    constants.set(node.id, name)
    const otherwise = when === null ? '' : ` if ${condition(when, this.imports)} else ${neutral}`
    const value = python(given, this.imports)
    return [`${name} = ${when !== null && / else /.test(value) ? `(${value})` : value}${otherwise}`]
  }

  private layer(node: LayerNode, input: Symbolic): string[] {
    const { name, args } = layerCall(node, input, this.imports)
    return [call(name, args, INDENT, member(node.id).length + 3)]
  }

  /** One instance of a block, with the arguments that are not its defaults. */
  private instance(
    node: BlockNode,
    first: boolean,
    channels: AttributeValue | null,
    indent: number,
    before = 0
  ): string {
    const name = this.block(node.block)
    const { parameters } = definitionOf(this.architecture, node.block)!
    const values = argumentsOf(this.architecture, node, first)
    const given = parameters
      .filter((parameter) => values.get(parameter.name) !== parameter.default)
      .map((parameter) => {
        const whole = parameter.type === 'integer'
        return `${parameterName(parameter.name)}=${python(values.get(parameter.name)!, this.imports, whole)}`
      })
    if (!this.told.has(node.block)) return call(name, given, indent, before)
    if (channels === null) throw new ResiduumError('pytorch-channels', { name: node.id })
    return call(name, [python(channels, this.imports, true), ...given], indent, before)
  }

  /** Lines before, and last the expression that makes the instance or all its repetitions. */
  private instances(node: BlockNode, input: Symbolic): string[] {
    if (!node.repeat) return [this.instance(node, true, input.channels, INDENT, member(node.id).length + 3)]
    const { count, first } = node.repeat
    const special = Object.keys(first).length > 0
    const after = instanceValue(this.architecture, node, true, input)
    const second = instanceValue(this.architecture, node, false, after)
    const same = (a: Symbolic, b: Symbolic): boolean => JSON.stringify(a.channels) === JSON.stringify(b.channels)
    this.block(node.block)
    const told = this.told.has(node.block)
    const before = member(node.id).length + 3
    if (told && !same(after, second) && count !== 1) return this.growing(node, input)
    const alike = !special && (!told || same(input, after))
    const one = (isFirst: boolean): string =>
      this.instance(node, isFirst, isFirst ? input.channels : after.channels, INDENT + 4)
    const range = (less: number): string => {
      const number = less === 0 ? count : combine([count], (text) => `${text} - ${less}`)
      return `range(${python(number, this.imports, true)})`
    }
    if (count === 1) return [call('nn.Sequential', [one(true)], INDENT, before)]
    if (count === 2) return [call('nn.Sequential', [one(true), one(false)], INDENT, before)]
    if (alike) return [call('nn.Sequential', [`*[${one(true)} for _ in ${range(0)}]`], INDENT, before)]
    return [call('nn.Sequential', [one(true), `*[${one(false)} for _ in ${range(1)}]`], INDENT, before)]
  }

  /** Repetitions of which each has other channels than the one before, as in a dense block. */
  private growing(node: BlockNode, input: Symbolic): string[] {
    const symbol: Symbolic = { channels: `=${REPETITION_SYMBOL}`, area: null }
    const next = instanceValue(this.architecture, node, false, symbol)
    const after = instanceValue(this.architecture, node, true, input)
    if (next.channels === null || after.channels === null)
      throw new ResiduumError('pytorch-channels', { name: node.id })
    const count = combine([node.repeat!.count], (text) => `${text} - 1`)
    return [
      `instances = [${this.instance(node, true, input.channels, INDENT)}]`,
      `current_channels = ${python(after.channels, this.imports, true)}`,
      `for _ in range(${python(count, this.imports, true)}):`,
      `    instances.append(${this.instance(node, false, symbol.channels, INDENT + 4)})`,
      `    current_channels = ${python(next.channels, this.imports, true)}`,
      'nn.Sequential(*instances)'
    ]
  }
}
