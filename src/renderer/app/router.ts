import type { Component } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

/** The five places of the window, in the order of the activity bar. */
export const places = ['architecture', 'train', 'evaluate', 'compare', 'data'] as const
export type Place = (typeof places)[number]

/** What may follow a place in its path. */
const parameters: Partial<Record<Place, string>> = { train: '/:run?', evaluate: '/:run?' }

/** The way between the places. Their views are given: the shell knows no feature. */
export function makeRouter(views: Record<Place, Component>): Router {
  return createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', redirect: '/architecture' },
      ...places.map((place) => ({ path: `/${place}${parameters[place] ?? ''}`, component: views[place] })),
      { path: '/:rest(.*)', redirect: '/architecture' }
    ]
  })
}
