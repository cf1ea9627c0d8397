import '@fontsource-variable/noto-sans-sc/wght.css'
import ElementPlus from 'element-plus'
import 'element-plus/dist/index.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './app/App.vue'
import { i18n } from './app/i18n'
import { report } from './app/report'
import { makeRouter } from './app/router'
import ArchitectureView from './architecture/ArchitectureView.vue'
import CompareView from './compare/CompareView.vue'
import DataView from './data/DataView.vue'
import EvaluateView from './evaluate/EvaluateView.vue'
import TrainView from './train/TrainView.vue'
import './app/tokens.css'
import './app/base.css'

// The one file that knows both the shell and the features.
const router = makeRouter({
  architecture: ArchitectureView,
  train: TrainView,
  evaluate: EvaluateView,
  compare: CompareView,
  data: DataView
})
const app = createApp(App)
app.config.errorHandler = report
app.use(createPinia()).use(router).use(i18n).use(ElementPlus).mount('#app')
