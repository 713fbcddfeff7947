#!/usr/bin/env node

// The compile cache has to be on before the code it should cache is imported, and that is everything but this file.
process.getBuiltinModule?.('node:module').enableCompileCache?.();
const { main } = await import('./cli/main.ts');
await main(process.argv.slice(2));

export {};
