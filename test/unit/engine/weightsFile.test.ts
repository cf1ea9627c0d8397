import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import { layer, sequence } from '../../../src/shared/presets/drawing'
import { seedResnet } from '../../../src/shared/presets/seedResnet'
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../../../src/main/engine/safetensors'
import { namedParameters } from '../../../src/main/engine/weights'
import { stateFrom } from '../../../src/main/engine/weightsFile'

const { checked } = checkArchitecture({
  ...seedResnet(),
  input: { channels: 3, height: 1, width: 1 },
  classes: 2,
  graph: sequence([
    layer('conv', 'Conv2d', { out_channels: 3, kernel_size: 1, bias: false }),
    layer('bn', 'BatchNorm2d'),
    layer('flatten', 'Flatten'),
    layer('fc', 'Linear', { out_features: 2, bias: false })
  ])
})
const parameters = namedParameters(checked!)

const tensor = (...shape: number[]): StoredTensor => ({
  dtype: 'F32',
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => index)
})
const right = (): Map<string, StoredTensor> => new Map(parameters.map(({ name, shape }) => [name, tensor(...shape)]))
const read = (tensors: ReadonlyMap<string, StoredTensor>) => () => stateFrom(parameters, tensors, 'w.safetensors')

describe('weights from a file', () => {
  it('take what load_state_dict takes, PyTorch’s count of batches included', () => {
    const tensors = right()
    tensors.set('bn.num_batches_tracked', { dtype: 'I64', shape: [], values: Int32Array.of(7) })
    const state = read(tensors)()
    expect([...state.keys()]).toEqual(parameters.map(({ name }) => name))
    expect([...state.get('fc.weight')!]).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('of as many values but another shape are refused', () => {
    const turned = right()
      .set('fc.weight', tensor(3, 2))
      .set('conv.weight', tensor(1, 1, 3, 3))
    expect(read(turned)).toThrow(/conv\.weight \(1x1x3x3 \/ 3x3x1x1\), fc\.weight \(3x2 \/ 2x3\)/)
  })

  it('missing and unexpected tensors are named', () => {
    const short = right()
    short.delete('bn.running_var')
    expect(read(short)).toThrow(/it lacks bn\.running_var\./)
    expect(read(right().set('fc.bias', tensor(2)))).toThrow(/has no fc\.bias\./)
    short.set('bn.variance', tensor(3))
    expect(read(short)).toThrow(/it lacks bn\.running_var, and has instead bn\.variance\./)
    const counted = right().set('fc.num_batches_tracked', { dtype: 'I64', shape: [], values: Int32Array.of(7) })
    expect(stateFrom(parameters, counted, 'w').size).toBe(parameters.length)
    expect(read(right().set('num_batches_tracked', tensor(1)))).toThrow(/has no num_batches_tracked/)
  })

  it.each(['module.', '_orig_mod.', 'net.module.'])('a prefix %s of all names is named', (prefix) => {
    const named = new Map([...right()].map(([name, value]) => [prefix + name, value]))
    expect(read(named)).toThrow(`All names in w.safetensors begin with “${prefix}”`)
  })

  it('that are no floats are refused by name', () => {
    const whole = right().set('fc.weight', { dtype: 'I32', shape: [2, 3], values: new Int32Array(6) })
    expect(read(whole)).toThrow(/fc\.weight in w\.safetensors has the type I32/)
  })
})

describe('types of safetensors', () => {
  it.each(['F16', 'BF16'])('%s is read as PyTorch reads it', (type) => {
    const file = join(import.meta.dirname, '../../fixtures/halves.safetensors')
    const { tensors } = decodeSafetensors(readFileSync(file), file)
    expect(tensors.get(type)).toMatchObject({ dtype: type, values: tensors.get(`${type}.float32`)!.values })
  })

  it('one that is not read is named, and a whole number beyond 32 bits is not cut', () => {
    const bytes = encodeSafetensors(new Map([['a', { shape: [1], values: BigInt64Array.of(2n ** 32n) }]]))
    expect(() => decodeSafetensors(bytes, 'w')).toThrow(/a value of a is beyond 32 bits/)
    const text = new TextDecoder('latin1').decode(bytes).replace('"I64"', '"F64"')
    const doubles = Uint8Array.from(text, (character) => character.charCodeAt(0))
    expect(() => decodeSafetensors(doubles, 'w')).toThrow(/a in w has the type F64; these are read: F32, F16, BF16/)
  })
})

describe('a header of safetensors', () => {
  const file = (header: string, data = 8): Uint8Array => {
    const text = new TextEncoder().encode(header)
    const bytes = new Uint8Array(8 + text.length + data)
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
    bytes.set(text, 8)
    return bytes
  }
  const entry = (begin: number, end: number): object => ({ dtype: 'F32', shape: [1], data_offsets: [begin, end] })

  it.each([
    'null',
    '5',
    '[]',
    '{"a":null}',
    '{"a":[1]}',
    '{"a":{"dtype":"F32","data_offsets":[0,8]}}',
    '{"a":{"dtype":"F32","shape":[2]}}',
    '{"a":{"dtype":"F32","shape":"2","data_offsets":[0,8]}}',
    '{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}',
    '{"a":{"dtype":"F32","shape":[0.5,4],"data_offsets":[0,8]}}'
  ])('%s is no list of tensors', (header) => {
    expect(() => decodeSafetensors(file(header), 'w')).toThrow(/w is not a whole safetensors file/)
  })

  it.each([
    ['[-4,0]', 'before the data', 'place of a'],
    ['[-8,-4]', 'wholly before the data', 'place of a'],
    ['[0.5,4.5]', 'between two bytes', 'place of a'],
    ['[4,0]', 'backwards', 'values of a'],
    ['[8,12]', 'behind the data', 'values of a']
  ])('has no tensor at %s, %s, even where another covers the data', (offsets, _, what) => {
    const other = JSON.stringify({ ...entry(0, 8), shape: [2] })
    const header = `{"a":{"dtype":"F32","shape":[1],"data_offsets":${offsets}},"b":${other}}`
    expect(() => decodeSafetensors(file(header), 'w')).toThrow(new RegExp(what))
  })

  it('has tensors that cover the data once', () => {
    const read = (a: object, b: object) => decodeSafetensors(file(JSON.stringify({ a, b })), 'w').tensors.size
    expect(read(entry(0, 4), entry(4, 8))).toBe(2)
    expect(read(entry(4, 8), entry(0, 4))).toBe(2)
    expect(() => read(entry(0, 4), entry(2, 6))).toThrow(/overlap or leave a hole/)
    expect(() => read(entry(0, 4), entry(0, 4))).toThrow(/overlap or leave a hole/)
    expect(() => decodeSafetensors(file(JSON.stringify({ a: entry(0, 4) })), 'w')).toThrow(/bytes of no tensor/)
  })
})
