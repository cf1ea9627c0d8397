// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useArchitectures } from '../../../../../src/renderer/app/stores/architectures'
import { useDataset } from '../../../../../src/renderer/app/stores/dataset'
import { useEditor } from '../../../../../src/renderer/app/stores/editor'
import { useExperiment } from '../../../../../src/renderer/app/stores/experiment'
import { changeFrame } from '../../../../../src/shared/architecture/edit'
import { ResiduumError } from '../../../../../src/shared/errors'
import { presets } from '../../../../../src/shared/presets'
import { lenet5 } from '../../../../../src/shared/presets/lenet5'
import type { Settings } from '../../../../../src/shared/app/settings'
import { pretendMain } from '../../pretended'

const main = pretendMain()
const cifar10 = {
  name: 'cifar10' as const,
  classes: Array.from({ length: 10 }, (_, index) => `class ${index}`),
  shape: [3, 32, 32] as [number, number, number],
  counts: { train: 50_000, test: 10_000 },
  folder: 'cifar10',
  bytes: 1
}
const mine = changeFrame(lenet5(), { name: 'mine' })
const summary = {
  id: 'a',
  name: 'mine',
  createdAt: 1,
  updatedAt: 1,
  version: 3,
  parameters: 0,
  hasDraft: false
}

beforeEach(() => {
  // What is kept later is kept within its own test.
  vi.useFakeTimers()
  main.answers['menu.history'] = () => undefined
  main.answers['architectures.draft'] = () => undefined
  main.answers['datasets.get'] = () => cifar10
  main.answers['architectures.list'] = () => [summary]
  main.answers['architectures.get'] = () => ({ summary, saved: mine, draft: null })
})

describe('what is prepared', () => {
  it('is a preset with its recipe; the number of pictures stays when another is chosen', () => {
    const experiment = useExperiment()
    Object.assign(experiment.recipe, { trainLimit: 64, testLimit: 32, epochs: 77 })
    experiment.choose('lenet-5')
    expect(experiment.experiment).toMatchObject({
      architecture: presets['lenet-5'].architecture,
      recipe: { ...presets['lenet-5'].recipe, trainLimit: 64, testLimit: 32 }
    })
    experiment.choose('resnet-20')
    experiment.resetRecipe()
    expect(experiment.recipe).toEqual(presets['resnet-20'].recipe)
    experiment.recipe.epochs = 3
    expect(presets['resnet-20'].recipe.epochs).not.toBe(3)
  })

  it('stays as it is where the open preset is clicked, and comes back where another was looked at', () => {
    const experiment = useExperiment()
    experiment.recipe.epochs = 77
    experiment.drafts.batchSize = 'many'
    experiment.choose('resnet-20')
    expect([experiment.recipe.epochs, experiment.refused.length]).toEqual([77, 1])
    // The drawing of the preset is opened all the same where another is open.
    useEditor().open(mine, { type: 'saved', id: 'a', version: 1 })
    experiment.choose('resnet-20')
    expect(useEditor().source).toEqual({ type: 'preset', name: 'resnet-20' })
    experiment.choose('lenet-5')
    expect([experiment.recipe.epochs, experiment.refused]).toEqual([presets['lenet-5'].recipe.epochs, []])
    experiment.choose('resnet-20')
    expect([experiment.recipe.epochs, experiment.refused.length]).toEqual([77, 1])
  })

  it('has an optimizer, a schedule or a group as it was left for another', () => {
    const experiment = useExperiment()
    experiment.set('optimizer.learningRate', 0.3)
    experiment.set('optimizer.momentum', 0.7)
    experiment.set('optimizer.kind', 'Adam')
    experiment.set('optimizer.learningRate', 0.004)
    experiment.set('optimizer.kind', 'SGD')
    expect(experiment.recipe.optimizer).toMatchObject({ kind: 'SGD', learningRate: 0.3, momentum: 0.7 })
    experiment.set('optimizer.kind', 'Adam')
    expect(experiment.recipe.optimizer).toMatchObject({ kind: 'Adam', learningRate: 0.004 })
    experiment.set('averaging', true)
    experiment.set('averaging.decay', 0.5)
    experiment.set('averaging', false)
    expect(experiment.recipe.averaging).toBeNull()
    experiment.set('averaging', true)
    expect(experiment.recipe.averaging).toMatchObject({ decay: 0.5 })
    // Whoever goes back to the preset has nothing of it any more.
    experiment.reset(['optimizer.kind'])
    experiment.set('optimizer.kind', 'Adam')
    expect(experiment.recipe.optimizer).not.toMatchObject({ learningRate: 0.004 })
  })

  it('takes the recipe of a run, and gives back the one before', () => {
    const experiment = useExperiment()
    experiment.recipe.epochs = 77
    experiment.drafts.batchSize = 'many'
    const undo = experiment.adopt(presets['lenet-5'].recipe)
    expect([experiment.recipe, experiment.refused]).toEqual([presets['lenet-5'].recipe, []])
    expect(experiment.preset).toBe('resnet-20')
    undo()
    expect([experiment.recipe.epochs, experiment.refused.length]).toEqual([77, 1])
  })

  it('can be started unless something forbids it, which it says', async () => {
    const experiment = useExperiment()
    expect([experiment.epoch, experiment.findings]).toEqual([null, []])
    await useDataset().load()
    expect(experiment.epoch).not.toBeNull()
    expect(experiment.startable).toBe(true)
    Object.assign(experiment.recipe, { trainLimit: 1, validationShare: 0.5 })
    expect(experiment.findings.map(({ code }) => code)).toContain('recipe-one-picture')
    expect(experiment.obstacle).toMatchObject({ kind: 'finding', finding: { code: 'recipe-one-picture' } })
    expect(experiment.startable).toBe(false)
    experiment.resetRecipe()
    experiment.drafts.epochs = '2.7'
    expect(experiment.obstacle).toEqual({ kind: 'refused', paths: ['epochs'] })
    experiment.resetRecipe()
    main.answers['datasets.get'] = () => {
      throw new ResiduumError('dataset-missing', { name: 'cifar10' })
    }
    await useDataset().load()
    expect(experiment.obstacle).toMatchObject({ kind: 'dataset', error: { code: 'dataset-missing' } })
    main.answers['datasets.get'] = () => cifar10
    await useDataset().load()
    expect(experiment.obstacle).toBeNull()
    useEditor().open(changeFrame(lenet5(), { classes: 7 }), { type: 'saved', id: 'a', version: 1 })
    expect(experiment.obstacle).toMatchObject({ kind: 'problems', count: 1 })
  })
})

describe('what was being prepared', () => {
  const kept: NonNullable<Settings['experiment']> = {
    preset: 'resnet-20',
    architecture: 'a',
    recipe: { ...presets['resnet-20'].recipe, epochs: 3 }
  }

  it('is there again, with the user’s own architecture', async () => {
    await useArchitectures().load()
    const experiment = useExperiment()
    await experiment.remember(kept, () => undefined)
    expect([experiment.preset, experiment.recipe.epochs]).toEqual(['resnet-20', 3])
    expect(useEditor().source).toEqual({ type: 'saved', id: 'a', version: 3 })
  })

  it.each([
    ['is not there any more', () => [], 0],
    ['cannot be read', () => [summary], 1]
  ])('opens with its preset where the architecture %s', async (_, list, said) => {
    main.answers['architectures.list'] = list
    main.answers['architectures.get'] = () => {
      throw new ResiduumError('disk-full', { file: 'a' })
    }
    await useArchitectures().load()
    document.body.replaceChildren()
    const experiment = useExperiment()
    await experiment.remember(kept, () => undefined)
    expect(useEditor().source).toEqual({ type: 'preset', name: 'resnet-20' })
    expect(experiment.recipe.epochs).toBe(3)
    expect(document.querySelectorAll('.el-message')).toHaveLength(said)
  })

  it('is not written on being read; what changes is, once it rests, as a plain copy', async () => {
    const keep = vi.fn<(experiment: Settings['experiment']) => void>()
    const experiment = useExperiment()
    await experiment.remember({ ...kept, architecture: null }, keep)
    await vi.advanceTimersByTimeAsync(1000)
    expect(keep).not.toHaveBeenCalled()
    for (const epochs of [4, 5, 6]) {
      experiment.recipe.epochs = epochs
      await vi.advanceTimersByTimeAsync(200)
    }
    expect(keep).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(100)
    expect(keep).toHaveBeenCalledExactlyOnceWith({
      preset: 'resnet-20',
      architecture: null,
      recipe: { ...kept.recipe, epochs: 6 }
    })
    expect(() => structuredClone(keep.mock.lastCall![0])).not.toThrow()
    useEditor().open(mine, { type: 'saved', id: 'a', version: 3 })
    await vi.advanceTimersByTimeAsync(300)
    expect(keep).toHaveBeenLastCalledWith(expect.objectContaining({ architecture: 'a' }))
  })
})
