import { describe, expect, it } from 'vitest'
import { findThings, type Found } from '../../../../src/renderer/app/finder'

const thing = (name: string, note = ''): Found => ({ key: name, kind: 'command', name, note, perform: () => undefined })
const THINGS = [
  thing('Train', 'Places'),
  thing('Start training', 'Training'),
  thing('resnet-20 #3', 'Run · 91.20%'),
  thing('resnet-20', 'Preset'),
  thing('开始训练', '训练'),
  thing('Lay out', 'Edit')
]
const names = (typed: string): string[] => findThings(THINGS, typed).map(({ name }) => name)

describe('what is found', () => {
  it('is all, in its order, where nothing was typed', () => {
    expect(names('  ')).toEqual(THINGS.map(({ name }) => name))
  })

  it('is named as typed, whole names first', () => {
    expect(names('resnet-20').slice(0, 2)).toEqual(['resnet-20', 'resnet-20 #3'])
    expect(names('训练')).toContain('开始训练')
    expect(names('zzz')).toEqual([])
  })

  it('needs its letters in their order only, and may be found by what is known of it', () => {
    expect(names('strtrain')).toContain('Start training')
    expect(names('preset')).toEqual(['resnet-20'])
  })
})
