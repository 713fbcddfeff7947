#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// The compile cache has to be on before the code it should cache is imported.
enableCompileCache?.();
const { main } = await import('./cli/main.ts');
await main(process.argv.slice(2));
