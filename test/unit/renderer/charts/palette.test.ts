import { expect, it } from 'vitest'
import { cividis, distinctPlaces } from '../../../../src/renderer/charts/palette'

const run = (colour: number) => ({ id: `run ${colour}`, colour })

it('gives runs side by side their own colours, and the later of two equal ones the next free one', () => {
  expect([...distinctPlaces(new Map(), [run(0), run(3), run(7), run(1)]).values()]).toEqual([0, 3, 1, 2])
})

it('changes no colour because another run comes or goes', () => {
  const two = distinctPlaces(new Map(), [run(7), run(14)])
  const three = distinctPlaces(two, [run(0), run(7), run(14)])
  expect(three.get('run 7')).toBe(two.get('run 7'))
  expect(three.get('run 14')).toBe(two.get('run 14'))
  expect(distinctPlaces(three, [run(14)])).toEqual(new Map([['run 14', two.get('run 14')]]))
})

it('lets runs keep their own where there are more than colours', () => {
  const many = Array.from({ length: 20 }, (_, index) => run(index))
  const places = distinctPlaces(new Map(), many)
  expect([...places.values()]).toEqual(many.map(({ colour }) => colour))
})

it('writes on every colour of the heat map with a contrast of at least 4.5', () => {
  const light = (colour: readonly number[]): number => {
    const [r, g, b] = colour.map((channel) => {
      const share = channel / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    }) as [number, number, number]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  for (let step = 0; step <= 200; step++) {
    const { fill, text } = cividis(step / 200)
    const ground = light(fill.match(/\d+/g)!.map(Number))
    const ink = text === '#ffffff' ? 1 : 0
    const [low, high] = [ground, ink].sort((a, b) => a - b) as [number, number]
    expect((high + 0.05) / (low + 0.05), `${step}`).toBeGreaterThanOrEqual(4.5)
  }
})
