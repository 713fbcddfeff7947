import { ref } from 'vue';

/** Id of the message of the person that is being said anew. */
export const editing = ref<string>();
