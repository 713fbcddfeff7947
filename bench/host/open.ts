/**
 * Opens a conversation as a chat that has just been started does, and prints the milliseconds it took.
 *
 *     node bench/host/open.ts FOLDER ID
 */
import { openConversations } from '../../src/host/conversations/file-store.ts';
import { connectServers, createChat, quickModel } from '../../src/host/index.ts';

const [folder = '', id = ''] = process.argv.slice(2);
const model = await quickModel({ baseUrl: 'http://127.0.0.1:9/v1', model: 'bench' });
const servers = await connectServers([]);
const began = performance.now();
const conversation = await openConversations({ folder }).open(id);
const chat = createChat({ model, servers, conversation });
const ms = performance.now() - began;
await conversation.close();
console.log(JSON.stringify({ ms, messages: chat.messages.length }));
