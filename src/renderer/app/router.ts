import { createMemoryHistory, createRouter } from 'vue-router'
import ArchitectureView from '../architecture/ArchitectureView.vue'
import CompareView from '../compare/CompareView.vue'
import DataView from '../data/DataView.vue'
import EvaluateView from '../evaluate/EvaluateView.vue'
import TrainView from '../train/TrainView.vue'

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
