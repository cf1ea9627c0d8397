import { createMemoryHistory, createRouter } from 'vue-router'
import ArchitectureView from './views/ArchitectureView.vue'
import CompareView from './views/CompareView.vue'
import DataView from './views/DataView.vue'
import EvaluateView from './views/EvaluateView.vue'
import TrainView from './views/TrainView.vue'

/** The five places of the window, in the order of the activity bar. */
export const places = ['architecture', 'train', 'evaluate', 'compare', 'data'] as const
export type Place = (typeof places)[number]

export const router = createRouter({
  history: createMemoryHistory(),
  routes: [
    { path: '/', redirect: '/architecture' },
    { path: '/architecture', component: ArchitectureView },
    { path: '/train', component: TrainView },
    { path: '/evaluate/:run?', component: EvaluateView },
    { path: '/compare', component: CompareView },
    { path: '/data', component: DataView },
    { path: '/:rest(.*)', redirect: '/architecture' }
  ]
})
