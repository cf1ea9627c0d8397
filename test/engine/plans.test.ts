import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../src/shared/architecture/check'
import { layer, sequence } from '../../src/shared/presets/drawing'
import { seedResnet } from '../../src/shared/presets/seedResnet'
import { forcedAlgorithms, PLANS_VERSION } from '../../src/main/engine/tuning/algorithms'
import { binary, constant, identity } from '../../src/main/engine/graph/ops/arithmetic'
import { measure } from '../../src/main/engine/tuning/measure'
import { planConvolutions } from '../../src/main/training/plans'

const { checked } = checkArchitecture({
  ...seedResnet(),
  input: { channels: 3, height: 6, width: 6 },
  classes: 2,
  graph: sequence([
    layer('conv', 'Conv2d', { out_channels: 4, kernel_size: 3, padding: 1 }),
    layer('flatten', 'Flatten'),
    layer('fc', 'Linear', { out_features: 2 })
  ])
})
const architecture = checked!

describe('what is measured', () => {
  it('leaves out what does not give the values it must', async () => {
    const inputs = [{ dtype: 'float32' as const, shape: [4, 5] }]
    const times = await measure([
      { name: 'model', inputs, build: (graph, [x]) => [identity(graph, x!)] },
      {
        name: 'rounding',
        inputs,
        like: 'model',
        build: (graph, [x]) => [binary(graph, 'Mul', x!, constant(graph, 1 + 1e-6))]
      },
      { name: 'off', inputs, like: 'model', build: (graph, [x]) => [binary(graph, 'Mul', x!, constant(graph, 1.01))] },
      {
        name: 'not a number',
        inputs,
        like: 'model',
        build: (graph, [x]) => [binary(graph, 'RealDiv', x!, constant(graph, 0))]
      }
    ])
    expect([...times.keys()]).toEqual(['model', 'rounding'])
  })
})

describe('plans', () => {
  const folder = mkdtempSync(join(tmpdir(), 'residuum-plans-'))
  const cache = join(folder, 'algorithms.json')
  const before = process.env.RESIDUUM_CACHE
  process.env.RESIDUUM_CACHE = folder
  afterAll(() => {
    if (before === undefined) delete process.env.RESIDUUM_CACHE
    else process.env.RESIDUUM_CACHE = before
    rmSync(folder, { recursive: true })
  })
  const kept = (file: string): { version?: number; plans?: object; machines?: Record<string, object> } =>
    JSON.parse(readFileSync(file, 'utf8')) as never

  it('carry a version, and those of a run stand before those of the cache', async () => {
    writeFileSync(cache, 'no JSON')
    const runFolder = mkdtempSync(join(folder, 'run-'))
    const runFile = join(runFolder, 'algorithms.json')
    const { algorithms, warning } = await planConvolutions(architecture, 8, runFolder)
    const [key] = Object.keys(algorithms.plans)
    expect(Object.keys(algorithms.plans)).toHaveLength(1)
    expect(warning).toBeNull()
    expect(kept(runFile)).toEqual({ version: PLANS_VERSION, plans: algorithms.plans })
    expect(Object.values(kept(cache).machines!)).toEqual([algorithms.plans])
    const other = forcedAlgorithms(architecture, 8, 'taps').plans
    writeFileSync(runFile, JSON.stringify({ version: PLANS_VERSION, plans: other }))
    const again = await planConvolutions(architecture, 8, runFolder)
    expect(again.algorithms.plans[key!]).toEqual(other[key!])
    expect(again.warning).toBeNull()
  })

  it.each([
    ['without a version', (plans: object) => plans],
    ['of an older version', (plans: object) => ({ version: PLANS_VERSION - 1, plans })]
  ])('%s are dropped from a run, which says so once', async (_, content) => {
    const runFolder = mkdtempSync(join(folder, 'run-'))
    const runFile = join(runFolder, 'algorithms.json')
    const old = forcedAlgorithms(architecture, 8, 'taps').plans
    writeFileSync(runFile, JSON.stringify(content(old)))
    const { algorithms, warning } = await planConvolutions(architecture, 8, runFolder)
    expect(warning?.code).toBe('plans-dropped')
    expect(algorithms.plans).not.toEqual(old)
    expect((await planConvolutions(architecture, 8, runFolder)).warning).toBeNull()
  })

  it('of an older version are dropped from the cache', async () => {
    const old = forcedAlgorithms(architecture, 8, 'taps').plans
    const machine = existsSync(cache) ? Object.keys(kept(cache).machines!)[0]! : 'machine'
    writeFileSync(cache, JSON.stringify({ [machine]: old }))
    const { algorithms, warning } = await planConvolutions(architecture, 8, null)
    expect(algorithms.plans).not.toEqual(old)
    expect(warning).toBeNull()
    expect(kept(cache)).toEqual({ version: PLANS_VERSION, machines: { [machine]: algorithms.plans } })
  })
})
