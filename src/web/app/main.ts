import './main.css';
import ui from '@nuxt/ui/vue-plugin';
import { createApp } from 'vue';
import App from './App.vue';
import { reloadWhenOld } from './reload.ts';
import { router } from './router.ts';

reloadWhenOld();
createApp(App).use(router).use(ui).mount('#app');
