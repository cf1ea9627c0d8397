import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../../src/main/engine/safetensors'
import { initialState, namedParameters } from '../../src/main/engine/weights'
import { Library } from '../../src/main/library/library'
import { takeOwnership } from '../../src/main/run/owner'
import { presets } from '../../src/shared/presets'
import { checkArchitecture } from '../../src/shared/architecture/check'
import { layer, sequence } from '../../src/shared/presets/drawing'
import type { Curve } from '../../src/shared/run/curves'
import { seedResnet } from '../../src/shared/presets/seedResnet'
import { readFixture, relativeError } from './support'

const library = mkdtempSync(join(tmpdir(), 'residuum-command-'))
afterAll(() => rmSync(library, { recursive: true, force: true }))
const root = join(import.meta.dirname, '../..')

/** `npm run -s train -- ...` without npm, which would hide the exit code of a signal. */
function command(args: string[], onLine?: (line: string, interrupt: () => void) => void) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, ['scripts/command.mjs', ...args], { cwd: root })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += String(chunk)
      onLine?.(String(chunk), () => child.kill('SIGINT'))
    })
    child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)))
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

async function openLibrary(): Promise<Library> {
  const opened = await Library.open(library)
  await opened.refresh()
  return opened
}

const small = ['train', '--preset', 'resnet-20', '--train-limit', '256', '--test-limit', '100', '--library', library]

describe.concurrent('architecture on the command line', () => {
  it('shows layers and totals of a preset', async () => {
    const { code, stdout } = await command(['architecture', 'show', 'seed-resnet', '--json'])
    expect(code).toBe(0)
    const shown = JSON.parse(stdout) as { layers: Record<string, unknown>[]; totals: Record<string, number> }
    expect(shown.totals.parameters).toBe(11_180_810)
    expect(shown.layers[0]).toEqual({
      name: 'conv1',
      kind: 'Conv2d',
      outputShape: [64, 45, 45],
      parameters: 9472,
      multiplyAdds: 64 * 45 * 45 * 3 * 49
    })
  })

  it('prints PyTorch code, and warnings of what can be trained', async () => {
    const { code, stdout } = await command(['architecture', 'pytorch', 'seed-resnet'])
    expect(code).toBe(0)
    expect(stdout).toContain('class SeedResnet(nn.Module):')
    const checked = await command(['architecture', 'check', 'seed-resnet'])
    expect(checked.stdout).toMatch(/^warning: conv1: its bias has no effect.*\nno problems\n$/)
  })

  it('says what is wrong with a file and exits with 1', async () => {
    const file = join(library, 'wrong.json')
    const { architecture } = presets['resnet-20']
    writeFileSync(file, JSON.stringify({ ...architecture, classes: 7 }))
    const { code, stdout } = await command(['architecture', 'check', file])
    expect(code).toBe(1)
    expect(stdout).toContain('make the last Linear 7 wide')
    for (const [content, reason] of [
      ['{"format":', 'JSON'],
      ['{"format":"keras"}', 'its format is'],
      [JSON.stringify({ ...architecture, version: 2 }), 'version 2']
    ] as const) {
      writeFileSync(file, content)
      const refused = await command(['architecture', 'show', file])
      expect(refused.code).toBe(1)
      expect(refused.stderr).toContain(reason)
    }
    expect((await command(['architecture', 'show', join(library, 'nowhere.json')])).code).toBe(1)
  })
})

describe('what a file may hold', () => {
  const file = join(library, 'given.json')
  const harmful = '\u001b[31mred\u0007 \u202etxt'
  const written = String.raw`\u001b[31mred\u0007 \u202etxt`
  const shown = /^(\n|[^\p{Cc}\p{Bidi_Control}])*$/u

  it('is UTF-8, with or without a mark; another encoding is called by its name', async () => {
    const text = JSON.stringify(presets['lenet-5'].architecture)
    writeFileSync(file, `\ufeff${text}`)
    expect((await command(['architecture', 'check', file])).code).toBe(0)
    writeFileSync(file, text, 'utf16le')
    const refused = await command(['architecture', 'check', file])
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toContain('is written in UTF-16 LE, and only UTF-8 is read')
    const experiment = await command(['train', '--experiment', file, '--library', library])
    expect(experiment.stderr).toContain('is written in UTF-16 LE')
  })

  it('reaches the terminal without what would move its cursor or turn its lines', async () => {
    const { architecture, recipe } = presets['lenet-5']
    const nodes = architecture.graph.nodes.map((node) => (node.type === 'layer' ? { ...node, kind: harmful } : node))
    writeFileSync(file, JSON.stringify({ ...architecture, name: harmful, graph: { ...architecture.graph, nodes } }))
    for (const json of [[], ['--json']]) {
      const { stdout } = await command(['architecture', 'check', file, ...json])
      expect(stdout).toMatch(shown)
      const said: unknown = json.length > 0 ? (JSON.parse(stdout) as { problems: string[] }).problems[0] : stdout
      expect(said).toContain(`${written} is not a layer`)
    }
    const experiment = {
      ...{ format: 'residuum.experiment', version: 1, architecture: { ...architecture, name: harmful } },
      ...{ dataset: { name: 'cifar10' }, recipe: { ...recipe, epochs: 1, trainLimit: 64, testLimit: 10 } }
    }
    writeFileSync(file, JSON.stringify(experiment))
    const refused = await command(['train', '--experiment', file, '--library', library])
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(shown)
    expect(refused.stderr).toContain(String.raw`“${written}” holds the control character \u001b`)
    experiment.architecture.name = 'turned \u202etxt'
    writeFileSync(file, JSON.stringify(experiment))
    const { code, stdout, stderr } = await command(['train', '--experiment', file, '--library', library])
    // TensorFlow's own log keeps off the terminal too.
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(shown)
    expect(stdout).toContain(String.raw`Training turned \u202etxt: 1 epochs`)
    const option = await command(['train', `--${harmful}`])
    expect(option.stderr).toMatch(shown)
    expect(option.stderr).toContain(written)
  })
})

describe.concurrent('evaluate on the command line', () => {
  it.each([
    ['train', 'direct'],
    ['train', 'taps'],
    ['evaluation', 'direct'],
    ['evaluation', 'columns']
  ] as const)('gives PyTorch’s numbers in %s mode by %s', async (mode, algorithms) => {
    const fixture = readFixture('seed-resnet-8')
    const files = Object.fromEntries(
      ['a.json', 'w', 'i', 'o'].map((name) => [name, join(library, `${mode}-${algorithms}-${name}`)])
    )
    writeFileSync(files['a.json']!, JSON.stringify(seedResnet(8)))
    const initial = new Map(
      [...fixture.tensors]
        .filter(([name]) => name.startsWith('initial.'))
        .map(([name, tensor]) => [name.slice('initial.'.length), tensor])
    )
    writeFileSync(files.w!, encodeSafetensors(initial))
    const pictures = new Map(['images', 'labels'].map((name) => [name, fixture.tensors.get(name)!]))
    writeFileSync(files.i!, encodeSafetensors(pictures))
    const args = ['--architecture', files['a.json']!, '--weights', files.w!, '--images', files.i!, '--output', files.o!]
    const { code, stderr } = await command(['evaluate', ...args, '--mode', mode, '--algorithms', algorithms])
    expect(code, stderr).toBe(0)
    const { tensors } = decodeSafetensors(readFileSync(files.o!), files.o!)
    const prefix = mode === 'train' ? 'train' : 'evaluate'
    const error = (name: string, reference: string): number =>
      relativeError(tensors.get(name)!.values, fixture.floats(reference))
    expect(error('logits', `${prefix}.logits`)).toBeLessThan(1e-4)
    expect(error('loss', `${prefix}.loss`)).toBeLessThan(1e-4)
    expect(error('gradient.block3.0.shortcut.weight', `${prefix}.gradient.block3.0.shortcut.weight`)).toBeLessThan(1e-3)
    expect([...tensors.keys()].filter((name) => name.startsWith('gradient.'))).toHaveLength(
      fixture.group(`${prefix}.gradient.`).size
    )
    if (mode === 'train') expect(error('bn1.running_var', 'after.bn1.running_var')).toBeLessThan(1e-4)
    else expect(tensors.has('bn1.running_var')).toBe(false)
  })

  it('refuses a training pass in which batch norm would see one value', async () => {
    const files = Object.fromEntries(['a.json', 'w', 'i', 'o'].map((name) => [name, join(library, `single-${name}`)]))
    const architecture = {
      ...seedResnet(),
      input: { channels: 2, height: 1, width: 1 },
      classes: 2,
      blocks: {},
      graph: sequence([
        layer('bn', 'BatchNorm2d'),
        layer('flatten', 'Flatten'),
        layer('fc', 'Linear', { out_features: 2 })
      ])
    }
    writeFileSync(files['a.json']!, JSON.stringify(architecture))
    const weights = initialState(checkArchitecture(architecture).checked!, 'default', 0)
    const shapes = new Map(
      namedParameters(checkArchitecture(architecture).checked!).map(({ name, shape }) => [name, shape])
    )
    const tensors = new Map([...weights].map(([name, values]) => [name, { shape: shapes.get(name)!, values }]))
    writeFileSync(files.w!, encodeSafetensors(tensors))
    const pictures = (count: number): void =>
      writeFileSync(
        files.i!,
        encodeSafetensors(new Map([['images', { shape: [count, 2, 1, 1], values: new Float32Array(2 * count) }]]))
      )
    const args = ['--architecture', files['a.json']!, '--weights', files.w!, '--images', files.i!, '--output', files.o!]
    pictures(1)
    const { code, stderr } = await command(['evaluate', ...args, '--mode', 'train'])
    expect(code).toBe(1)
    expect(stderr).toContain('bn (BatchNorm2d) cannot be trained on one picture at a time')
    expect((await command(['evaluate', ...args])).code).toBe(0)
    pictures(2)
    expect((await command(['evaluate', ...args, '--mode', 'train'])).code).toBe(0)
  })
})

describe('evaluate with weights of another layout', () => {
  it('refuses a transposed linear layer, by name', async () => {
    const fixture = readFixture('seed-resnet-8')
    const files = ['a.json', 'w', 'i', 'o'].map((name) => join(library, `turned-${name}`)) as [
      string,
      string,
      string,
      string
    ]
    writeFileSync(files[0], JSON.stringify(seedResnet(8)))
    const initial = new Map([...fixture.tensors].filter(([name]) => name.startsWith('initial.')))
    const weights = new Map([...initial].map(([name, value]) => [name.slice('initial.'.length), value]))
    const linear = weights.get('classifier.weight')!
    weights.set('classifier.weight', { ...linear, shape: [...linear.shape].reverse() })
    writeFileSync(files[1], encodeSafetensors(weights))
    writeFileSync(files[2], encodeSafetensors(new Map([['images', fixture.tensors.get('images')!]])))
    const options = ['--architecture', '--weights', '--images', '--output']
    const { code, stderr } = await command(['evaluate', ...options.flatMap((option, index) => [option, files[index]!])])
    expect(code).toBe(1)
    expect(stderr).toContain(`classifier.weight (${[...linear.shape].reverse().join('x')} / ${linear.shape.join('x')})`)
  })
})

describe('train on the command line', () => {
  it('prints one JSON object an epoch and where the run was saved, and nothing else on stdout', async () => {
    // Its first test losses are no thousands, as those of a network with batch norm may be.
    const { code, stdout } = await command([...small, '--preset', 'lenet-5', '--epochs', '2', '--json'])
    expect(code).toBe(0)
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ event }) => event)).toEqual(['epoch', 'epoch', 'finished'])
    expect(lines[1]).toEqual({
      event: 'epoch',
      epoch: 1,
      loss: expect.any(Number),
      trainAccuracy: expect.any(Number),
      testLoss: expect.any(Number),
      testAccuracy: expect.any(Number),
      seconds: expect.any(Number),
      imagesPerSecond: expect.any(Number),
      device: expect.stringMatching(/^(cpu|gpu)$/)
    })
    expect(lines[2]).toMatchObject({ library })
    const saved = await openLibrary()
    expect(saved.getRun(String(lines[2]!.run))).toMatchObject({ status: 'finished', epochsDone: 2 })
    await saved.close()
  })

  it('shows a table and a confusion matrix in text', async () => {
    const { code, stdout } = await command([...small, '--epochs', '1'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/epoch {4}loss/)
    const counts = [
      ...stdout.matchAll(/^ *(?:airplane|automobile|bird|cat|deer|dog|frog|horse|ship|truck) ([\d ]+) /gm)
    ]
    expect(counts).toHaveLength(10)
    const total = counts.flatMap(([, row]) => row!.trim().split(/ +/).map(Number)).reduce((sum, n) => sum + n, 0)
    expect(total).toBe(100)
    expect(stdout).toContain(library)
  })

  it('saves what there is on Ctrl-C, exits with 130, and goes on with --resume as if never stopped', async () => {
    const { code } = await command([...small, '--epochs', '500', '--json'], (line, interrupt) => {
      if (line.includes('"epoch"')) interrupt()
    })
    expect(code).toBe(130)
    const saved = await openLibrary()
    const [run] = saved.listRuns()
    expect(run).toMatchObject({ status: 'stopped', epochs: 500 })
    expect(run!.epochsDone).toBeGreaterThan(0)
    const losses = async (id: string): Promise<Curve> =>
      (await saved.getCurves([{ run: id, name: 'loss', points: 20_000 }]))[0]!
    const before = (await losses(run!.id)).steps.length

    await command(['train', '--resume', run!.id, '--library', library, '--json'], (line, interrupt) => {
      if (line.includes('"epoch"')) interrupt()
    })
    const after = await losses(run!.id)
    expect(after.steps.length).toBeGreaterThan(before)
    expect([...after.steps]).toEqual([...after.steps].map((_, index) => index))
    const unbroken = await command([...small, '--epochs', '500', '--json'], (line, interrupt) => {
      if (line.includes('"epoch":2')) interrupt()
    })
    expect(unbroken.code).toBe(130)
    await saved.refresh()
    const [other] = saved.listRuns()
    const unstopped = await losses(other!.id)
    const count = Math.min(after.steps.length, unstopped.steps.length)
    expect(count).toBeGreaterThan(before)
    expect(after.mean.slice(0, count)).toEqual(unstopped.mean.slice(0, count))
    await saved.close()
  })

  const tiny = ['train', '--preset', 'lenet-5', '--train-limit', '128', '--test-limit', '64', '--library', library]
  const lines = (stdout: string) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)

  it('knows how a run ended: --resume adds nothing to a finished one, --epochs goes on, other options are refused', async () => {
    const early = ['--epochs', '9', '--monitor', 'loss', '--patience', '1', '--minimum-change', '100']
    const first = lines((await command([...tiny, ...early, '--json'])).stdout)
    const { run } = first.at(-1)! as { run: string }
    expect(first.at(-1)).toMatchObject({ event: 'finished', bestEpoch: expect.any(Number), stoppedEarly: true })
    const resume = ['train', '--resume', run, '--library', library, '--json']
    const record = async () => {
      const saved = await openLibrary()
      const { summary, experiment, epochs } = await saved.getDetail(run)
      await saved.close()
      return { summary, experiment, epochs }
    }
    const before = await record()
    expect(before.summary).toMatchObject({ status: 'finished', epochs: 9, epochsDone: 2 })
    for (const epochs of [[], ['--epochs', '2']]) {
      const { code, stdout, stderr } = await command([...resume, ...epochs])
      expect(code).toBe(0)
      expect(lines(stdout)).toEqual([first.at(-1)])
      expect(stderr).toContain('nothing left to do')
    }
    const refusals = [
      [['--batch-size', '8', '--nesterov', '--epochs', '3'], ['--batch-size, --nesterov']],
      [['--preset', 'lenet-5'], ['--preset']],
      [
        ['--experiment', 'none.json', '--seed', '0'],
        ['--experiment', '--seed']
      ],
      [
        ['--epochs', '1'],
        ['--epochs', 'has begun 2']
      ]
    ] as const
    const refused = await Promise.all(refusals.map(([options]) => command([...resume, ...options])))
    for (const [index, { code, stdout, stderr }] of refused.entries()) {
      expect(code, stderr).toBe(2)
      expect(stdout).toBe('')
      expect(stderr.trim().split('\n')).toHaveLength(1)
      for (const word of refusals[index]![1]) expect(stderr).toContain(word)
    }
    expect(await record()).toEqual(before)

    const longer = await command([...resume, '--epochs', '3'])
    expect(longer.code).toBe(0)
    expect(lines(longer.stdout).map(({ event, epoch }) => [event, epoch])).toEqual([
      ['epoch', 2],
      ['finished', undefined]
    ])
    expect(longer.stderr).toContain('schedule of a run of 3 epochs')
    expect((await record()).summary).toMatchObject({ status: 'finished', epochs: 3, epochsDone: 3 })

    const folder = join(library, 'runs', run)
    for (const name of readdirSync(folder)) if (name.startsWith('step-')) rmSync(join(folder, name))
    const kept = await record()
    const gone = await command([...resume, '--epochs', '5'])
    expect(gone).toMatchObject({ code: 1, stdout: '' })
    expect(gone.stderr).toContain('has no checkpoint')
    expect(await record()).toEqual(kept)
  })

  it('finds a run by a unique beginning or its name, and leaves one alone that another process trains', async () => {
    const { run } = lines((await command([...tiny, '--epochs', '1', '--json'])).stdout).at(-1) as { run: string }
    const saved = await openLibrary()
    await saved.renameRun(run, 'the one meant')
    await saved.close()
    for (const text of [run.slice(0, -1), 'the one meant']) {
      const { code, stdout } = await command(['train', '--resume', text, '--library', library, '--json'])
      expect([code, lines(stdout)[0]!.run]).toEqual([0, run])
    }
    for (const [text, reason] of [
      [run.slice(0, 2), 'may mean several runs'],
      ['nothing', 'not in the library']
    ] as const) {
      const refused = await command(['train', '--resume', text, '--library', library, '--json'])
      expect(refused).toMatchObject({ code: 1, stdout: '' })
      expect(refused.stderr).toContain(reason)
    }
    const resume = ['train', '--resume', run, '--library', library, '--json', '--epochs', '2']
    const folder = join(library, 'runs', run)
    const files = (): string[] => readdirSync(folder).sort()
    const { release } = await takeOwnership(folder)
    const [before, journal] = [files(), readFileSync(join(folder, 'journal'))]
    for (const force of [[], ['--take-over']]) {
      const taken = await command([...resume, ...force])
      expect(taken).toMatchObject({ code: 1, stdout: '' })
      expect(taken.stderr).toContain(
        `in progress already, in a window or on another command line (process ${process.pid}`
      )
      expect(taken.stderr).toContain(hostname())
    }
    expect([files(), readFileSync(join(folder, 'journal'))]).toEqual([before, journal])
    await release()
    // An owner of another computer cannot be seen to live: only the user can say that it does not.
    const owner = join(
      folder,
      before.find((name) => name.startsWith('owner-'))!
    )
    const there = JSON.parse(readFileSync(owner, 'utf8')) as Record<string, unknown>
    writeFileSync(owner, JSON.stringify({ ...there, released: false, host: 'elsewhere.example' }))
    const elsewhere = await command(resume)
    expect(elsewhere).toMatchObject({ code: 1, stdout: '' })
    expect(elsewhere.stderr).toContain('belongs to another computer or container, elsewhere.example')
    const over = await command([...resume, '--take-over'])
    expect([over.code, lines(over.stdout).map(({ event }) => event)]).toEqual([0, ['epoch', 'finished']])
  })

  it('prints nothing on stdout of a run that cannot be taken up, and leaves it as it had ended', async () => {
    const stopped = await command([...tiny, '--epochs', '500', '--json'], (line, interrupt) => {
      if (line.includes('"epoch"')) interrupt()
    })
    const { run } = lines(stopped.stdout).at(-1) as { run: string }
    const folder = join(library, 'runs', run)
    for (const name of readdirSync(folder)) if (name.startsWith('step-')) rmSync(join(folder, name))
    const journal = readFileSync(join(folder, 'journal'))
    const gone = await command(['train', '--resume', run, '--library', library, '--json'])
    expect(gone).toMatchObject({ code: 1, stdout: '' })
    expect(gone.stderr).toContain('has no checkpoint')
    expect(readFileSync(join(folder, 'journal'))).toEqual(journal)
    const saved = await openLibrary()
    expect(saved.getRun(run).status).toBe('stopped')
    await saved.close()
  })

  it('leaves nothing in the library of an experiment that is refused', async () => {
    const empty = mkdtempSync(join(library, 'empty-'))
    const { architecture, recipe } = presets['lenet-5']
    const file = join(empty, 'experiment.json')
    const experiment = { format: 'residuum.experiment', version: 1, dataset: { name: 'cifar10' }, recipe }
    writeFileSync(file, JSON.stringify({ ...experiment, architecture: { ...architecture, classes: 7 } }))
    for (const [given, reason] of [
      [['--experiment', file], 'make the last Linear 7 wide'],
      [['--preset', 'lenet-5', '--monitor', 'validationLoss'], 'validation']
    ] as const) {
      const refused = await command(['train', ...given, '--library', empty, '--json'])
      expect(refused).toMatchObject({ code: 1, stdout: '' })
      expect(refused.stderr).toMatch(/^error: /)
      expect(refused.stderr).toContain(reason)
    }
    expect(existsSync(join(empty, 'runs')) ? readdirSync(join(empty, 'runs')) : []).toEqual([])
  })

  it('says in JSON and in words that a run has diverged, and names no best epoch; the exit code is 0', async () => {
    const { architecture, recipe } = presets['lenet-5']
    const boosted = structuredClone(architecture)
    for (const name of ['boost1', 'boost2']) {
      boosted.graph.nodes.push({ type: 'layer', id: name, kind: 'Scale', attributes: { factor: 1000 } })
    }
    boosted.graph.edges.find(({ target }) => target === 'fc1')!.source = 'boost2'
    boosted.graph.edges.push(
      { source: 'flatten', target: 'boost1', port: 0 },
      { source: 'boost1', target: 'boost2', port: 0 }
    )
    const file = join(library, 'boosted.json')
    const dataset = { name: 'cifar10' }
    const limits = { epochs: 1, trainLimit: 128, testLimit: 64 }
    const optimizer = { ...recipe.optimizer, learningRate: 1e-12 }
    const experiment = { format: 'residuum.experiment', version: 1, architecture: boosted, dataset }
    writeFileSync(file, JSON.stringify({ ...experiment, recipe: { ...recipe, ...limits, optimizer } }))
    const json = await command(['train', '--experiment', file, '--library', library, '--json'])
    expect(json.code).toBe(0)
    expect(json.stderr).toContain('Epoch 1 has diverged')
    const [epoch, finished] = lines(json.stdout)
    expect(epoch).toMatchObject({ event: 'epoch', diverged: true })
    expect(epoch!.testLoss).toBeGreaterThan(230.26)
    expect(finished).toMatchObject({ event: 'finished', bestEpoch: null })
    const text = await command(['train', '--experiment', file, '--library', library])
    expect(text.code).toBe(0)
    expect(text.stdout).toContain('Best epoch by testAccuracy: none')
  })

  it('takes every setting of a recipe, an experiment from a file, and changes of it', async () => {
    const settings = {
      '--batch-size': ['32', { batchSize: 32 }],
      '--test-batch-size': ['50', { testBatchSize: 50 }],
      '--optimizer': ['AdamW', {}],
      '--learning-rate': ['0.002', {}],
      '--weight-decay': ['0.05', {}],
      '--betas': ['0.8,0.99', {}],
      '--eps': [
        '1e-7',
        { optimizer: { kind: 'AdamW', learningRate: 0.002, weightDecay: 0.05, betas: [0.8, 0.99], eps: 1e-7 } }
      ],
      '--schedule': ['multi-step', {}],
      '--milestones': ['0.5,1', {}],
      '--gamma': ['0.5', { schedule: { kind: 'multi-step', milestones: [0.5, 1], gamma: 0.5 } }],
      '--warmup': ['0.5', { warmup: 0.5 }],
      '--label-smoothing': ['0.1', { labelSmoothing: 0.1 }],
      '--max-gradient-norm': ['5', { maxGradientNorm: 5 }],
      '--bias-factor': ['2', {}],
      '--normalization-factor': ['0.5', { learningRateFactors: { bias: 2, normalization: 0.5 } }],
      '--bias-decay-factor': ['0', {}],
      '--normalization-decay-factor': ['0.25', { weightDecayFactors: { bias: 0, normalization: 0.25 } }],
      '--averaging': ['0.99', { averaging: { decay: 0.99 } }],
      '--lookahead': ['4,0.25', { lookahead: { steps: 4, alpha: 0.25 } }],
      '--initialization': ['kaiming_uniform', { initialization: 'kaiming_uniform' }],
      '--precision': ['mixed', { precision: 'mixed' }],
      '--resize-passes': ['horizontal-first', { resizePasses: 'horizontal-first' }],
      '--flip': ['alternating', {}],
      '--crop': ['4', {}],
      '--crop-mode': ['reflect', {}],
      '--translation': ['1', {}],
      '--cutout': ['6', {}],
      '--brightness': ['0.1', {}],
      '--contrast': ['0.2', {}],
      '--mixup': [
        '0.3',
        {
          augmentation: {
            horizontalFlip: 'alternating',
            crop: { padding: 4, mode: 'reflect' },
            translation: 1,
            cutout: 6,
            brightness: 0.1,
            contrast: 0.2,
            mixup: 0.3
          }
        }
      ],
      '--test-time-augmentation': ['flip', { testTimeAugmentation: 'flip' }],
      '--validation-share': ['0.25', { validationShare: 0.25 }],
      '--validation-draw': ['random', { validationDraw: 'random' }],
      '--monitor': ['validationLoss', { monitor: 'validationLoss' }],
      '--patience': ['3', {}],
      '--minimum-change': ['0.01', { earlyStopping: { patience: 3, minimumChange: 0.01 } }],
      '--diagnostics-every': ['2', { diagnosticsEvery: 2 }],
      '--mean': ['0.5,0.4,0.3', {}],
      '--std': ['0.2,0.3,0.4', { normalization: { mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4] } }],
      '--seed': ['9', { seed: 9 }]
    } as const
    const args = Object.entries(settings).flatMap(([flag, [value]]) => [flag, value])
    const { code, stdout, stderr } = await command([...small, '--epochs', '1', '--json', ...args])
    expect(stderr).toContain('Mixed precision needs a GPU')
    expect(code).toBe(0)
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines[0]).toMatchObject({ event: 'epoch', validationLoss: expect.any(Number) })
    const saved = await openLibrary()
    const run = String(lines[1]!.run)
    const detail = await saved.getDetail(run)
    const { recipe } = detail.experiment!
    for (const [, expected] of Object.values(settings)) expect(recipe).toMatchObject(expected)
    expect(detail.summary.device).toMatchObject({ precision: 'float32' })
    const [norms] = await saved.getCurves([{ run, name: 'gradientNorm/conv1', points: 20_000 }])
    expect([...norms!.steps]).toEqual([0, 2, 4])

    const file = join(library, 'experiment.json')
    writeFileSync(file, JSON.stringify(detail.experiment))
    await saved.close()
    const again = await command([
      ...[
        'train',
        '--experiment',
        file,
        '--optimizer',
        'SGD',
        '--momentum',
        '0.9',
        '--nesterov',
        '--schedule',
        'cosine'
      ],
      ...['--final-factor', '0.1', '--averaging', 'none', '--max-gradient-norm', 'none', '--library', library, '--json']
    ])
    expect(again.code).toBe(0)
    const reopened = await openLibrary()
    const other = await reopened.getDetail(
      String((JSON.parse(again.stdout.trim().split('\n').at(-1)!) as { run: string }).run)
    )
    expect(other.experiment!.recipe).toMatchObject({
      optimizer: { kind: 'SGD', learningRate: 0.1, momentum: 0.9, nesterov: true },
      schedule: { kind: 'cosine', finalFactor: 0.1 },
      averaging: null,
      maxGradientNorm: null,
      seed: 9
    })
    await reopened.close()
    writeFileSync(file, '{"format": "residuum.architecture"}')
    const foreign = await command(['train', '--experiment', file, '--library', library])
    expect(foreign).toMatchObject({ code: 1, stdout: '' })
    expect(foreign.stderr).toContain('is not an experiment that can be read')
  })

  it.concurrent.each([
    [['--momentum', '0.9', '--optimizer', 'Adam']],
    [['--every', '2', '--schedule', 'cosine']],
    [['--minimum-change', '0.1']],
    [['--mixup', '-1']],
    [['--epochs', '0']],
    [['--epochs', 'many']],
    [['--learning-rate', 'NaN']],
    [['--preset', 'vgg']],
    [['--batch-size', '1.5']],
    [['--colour', 'red']],
    [['surplus']]
  ])('says in one line what is wrong with %j and exits with 2', async (args) => {
    const { code, stdout, stderr } = await command(['train', ...args, '--library', library])
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toContain(args.at(-1) === 'surplus' ? 'argument' : args[0])
  })
})
