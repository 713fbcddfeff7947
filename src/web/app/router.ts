import { createRouter, createWebHistory } from 'vue-router';

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: () => import('./chat/ChatPage.vue') },
    { path: '/c/:id', component: () => import('./chat/ChatPage.vue'), props: true },
    { path: '/settings', component: () => import('./settings/SettingsPage.vue') },
    { path: '/usage', component: () => import('./usage/UsagePage.vue') },
    { path: '/:anything(.*)', redirect: '/' },
  ],
});
