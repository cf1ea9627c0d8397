import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Database } from '../../../src/main/library/database'
import { Library } from '../../../src/main/library/library'
import { compareArchitectures } from '../../../src/shared/architecture/difference'
import { unknownLayers } from '../../../src/shared/architecture/document'
import { changeFrame, setAttribute } from '../../../src/shared/architecture/edit'
import { fieldsOf } from '../../../src/shared/architecture/fields'
import { presetExperiment } from '../../../src/shared/presets'
import { lenet5 } from '../../../src/shared/presets/lenet5'
import { seedResnet } from '../../../src/shared/presets/seedResnet'
import { estimateEpoch } from '../../../src/shared/run/speed'
import { temporaryFolder } from '../support'

const wider = setAttribute(lenet5(), null, ['conv1'], 'attributes', 'out_channels', 12)

describe('saved architectures', () => {
  it('keeps versions, and a draft over a restart until it is saved', () => {
    const folder = temporaryFolder()
    const library = Library.open(folder)
    const { id } = library.architectures.create(lenet5())
    library.architectures.setDraft(id, wider)
    library.close()

    const again = Library.open(folder)
    expect(again.architectures.list()).toMatchObject([
      { id, name: 'lenet-5', version: 1, parameters: 62_006, hasDraft: true }
    ])
    expect(again.architectures.get(id)).toMatchObject({ saved: lenet5(), draft: wider })
    expect(again.architectures.save(id, wider)).toMatchObject({ version: 2, hasDraft: false })
    // Nothing differs: no further version.
    expect(again.architectures.save(id, wider)).toMatchObject({ version: 2 })
    expect(again.architectures.versions(id).map(({ version }) => version)).toEqual([2, 1])
    expect(again.architectures.version(id, 1)).toEqual(lenet5())
    again.close()
  })

  it('renames, deletes with a way back, and forgets what was deleted a month ago', () => {
    const folder = temporaryFolder()
    const library = Library.open(folder)
    const { id } = library.architectures.create(lenet5())
    library.architectures.rename(id, '残差 🧱')
    expect(library.architectures.get(id).saved.name).toBe('残差 🧱')
    library.architectures.delete(id)
    expect(library.architectures.list()).toEqual([])
    library.architectures.restore(id)
    expect(library.architectures.list()).toHaveLength(1)
    library.architectures.delete(id)
    library.close()
    const database = new Database(join(folder, 'library.sqlite'))
    database.run('UPDATE architectures SET deleted_at = ?', Date.now() - 31 * 24 * 3600_000)
    database.close()
    const again = Library.open(folder)
    expect(() => again.architectures.get(id)).toThrow('not in the library')
    again.close()
  })

  it('refuses what is not there', () => {
    const library = Library.open(temporaryFolder())
    for (const act of [
      () => library.architectures.save('none', lenet5()),
      () => library.architectures.setDraft('none', null),
      () => library.architectures.versions('none')
    ]) {
      expect(act).toThrow('not in the library')
    }
    library.close()
  })
})

describe('time of an epoch', () => {
  it('follows from the speed of the nearest measured run', () => {
    const library = Library.open(temporaryFolder())
    expect(estimateEpoch(1e6, 1000, library.listSpeeds())).toBeNull()
    const id = library.createRun(presetExperiment('lenet-5'))
    const epoch = {
      epoch: 0,
      loss: 1,
      trainAccuracy: 0,
      testLoss: 1,
      testAccuracy: 0,
      validationLoss: null,
      validationAccuracy: null,
      score: 0,
      seconds: 1,
      imagesPerSecond: 500
    }
    library.recordEpoch(id, epoch)
    const [speed] = library.listSpeeds()
    expect(estimateEpoch(speed!.multiplyAdds, 1000, [speed!])).toBe(2)
    // Twice the work takes twice the time; of two runs the nearer counts.
    expect(estimateEpoch(2 * speed!.multiplyAdds, 1000, [{ multiplyAdds: 1e12, imagesPerSecond: 1 }, speed!])).toBe(4)
    library.close()
  })
})

describe('two versions', () => {
  it('differ in what was added, removed and changed, drawing by drawing', () => {
    const without = { ...wider, graph: { ...wider.graph, nodes: wider.graph.nodes.filter(({ id }) => id !== 'relu4') } }
    const [network] = compareArchitectures(lenet5(), without)
    const states = network!.nodes
      .filter(({ state }) => state !== 'same')
      .map(({ node, state, changes }) => [node.id, state, changes])
    expect(states).toEqual([
      ['conv1', 'changed', [{ name: 'out_channels', before: '6', after: '12' }]],
      ['relu4', 'removed', []]
    ])
    expect(
      compareArchitectures(seedResnet(), changeFrame(seedResnet(), { classes: 7 })).map(({ count }) => count)
    ).toEqual([0, 0])
  })
})

describe('documents', () => {
  it('names the layers that this version does not know', () => {
    const strange = JSON.parse(JSON.stringify(seedResnet()).replaceAll('BatchNorm2d', 'BatchNorm9d')) as ReturnType<
      typeof seedResnet
    >
    expect(unknownLayers(strange)).toEqual(['BatchNorm9d'])
    expect(unknownLayers(seedResnet())).toEqual([])
  })
})

describe('forms', () => {
  it('have the attributes and defaults of PyTorch', () => {
    const defaults = (kind: string) => Object.fromEntries(fieldsOf(kind).map((field) => [field.name, field.default]))
    expect(defaults('Conv2d')).toEqual({
      out_channels: undefined,
      kernel_size: undefined,
      stride: 1,
      padding: 0,
      dilation: 1,
      groups: 1,
      bias: true
    })
    expect(defaults('MaxPool2d')).toEqual({ kernel_size: undefined, stride: undefined, padding: 0, ceil_mode: false })
    expect(defaults('BatchNorm2d')).toEqual({ eps: 1e-5, momentum: 0.1, affine: true })
    expect(
      fieldsOf('Conv2d')
        .filter(({ required }) => required)
        .map(({ name }) => name)
    ).toEqual(['out_channels', 'kernel_size'])
    expect(fieldsOf('GELU')).toMatchObject([{ type: 'choice', choices: ['none', 'tanh'] }])
  })
})
