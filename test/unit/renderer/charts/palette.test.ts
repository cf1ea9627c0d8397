import { expect, it } from 'vitest'
import { distinctPlaces } from '../../../../src/renderer/charts/palette'

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
