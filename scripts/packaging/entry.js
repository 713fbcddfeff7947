// The compile cache has to be on before the code it should cache is loaded.
process.getBuiltinModule?.('node:module').enableCompileCache?.();
const { run } = await import('./mcp.js');

// Where no folder was chosen, some clients hand on the reference itself.
const folders = process.argv.slice(2).filter((folder) => folder !== '' && !folder.startsWith('${'));
await run(folders.length > 0 ? { uploadRoots: JSON.stringify(folders) } : {});
