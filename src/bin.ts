#!/usr/bin/env node

// The compile cache has to be on before the code it should cache is imported, and that is everything but this file.
process.getBuiltinModule?.('node:module').enableCompileCache?.();

// React checks itself at every step otherwise, which doubles what drawing the chat costs.
process.env.NODE_ENV ??= 'production';

// A fault of ours is one line for people too. Its stack is for who mends it: NODE_DEBUG=directus-assistant.
process.on('uncaughtException', (error) => {
  process.stderr.write(`error: directus-assistant failed at something unforeseen: ${error}\n`);
  process.getBuiltinModule('node:util').debuglog('directus-assistant')('%s', error?.stack);
  process.exit(1);
});

const { main } = await import('./cli/main.ts');
await main(process.argv.slice(2));

export {};
