import ElementPlus from 'element-plus'
import 'element-plus/dist/index.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n } from './i18n'
import { report } from './report'
import { router } from './router'
import './styles/base.css'

const app = createApp(App)
app.config.errorHandler = report
app.use(createPinia()).use(router).use(i18n).use(ElementPlus).mount('#app')
