type Node = Record<string, unknown>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every schema in a schema, with where it is. */
function* nodes(schema: unknown, path = '$'): Generator<[path: string, node: Node]> {
  if (!isNode(schema)) {
    // `true` and the like stand for anything.
    yield [path, {}];
    return;
  }
  yield [path, schema];
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties' || key === '$defs' || key === 'definitions' || key === 'patternProperties') {
      for (const [name, property] of Object.entries(isNode(value) ? value : {}))
        yield* nodes(property, `${path}.${key}.${name}`);
    } else if (['anyOf', 'oneOf', 'allOf', 'prefixItems'].includes(key)) {
      for (const [index, part] of (Array.isArray(value) ? value : []).entries())
        yield* nodes(part, `${path}.${key}[${index}]`);
    } else if (
      ['items', 'not', 'additionalProperties', 'if', 'then', 'else', 'contains'].includes(key) &&
      isNode(value)
    ) {
      yield* nodes(value, `${path}.${key}`);
    }
  }
}

/** What the grammar compilers of llama.cpp, LM Studio and Ollama cannot turn into a grammar, or only at great length. */
export function lintForGrammars(schema: unknown): string[] {
  const found: string[] = [];
  for (const [path, node] of nodes(schema)) {
    for (const key of [
      '$ref',
      'not',
      'format',
      'if',
      'patternProperties',
      'contains',
      'propertyNames',
      'dependentSchemas',
    ])
      if (key in node) found.push(`${path} has ${key}`);
    if (typeof node.pattern === 'string') found.push(`${path} has the pattern ${node.pattern}`);
    for (const key of ['minLength', 'maxLength', 'minItems', 'maxItems'])
      if (key in node) found.push(`${path} has ${key}`);
    if (!('type' in node) && !('enum' in node) && !('const' in node))
      found.push(`${path} is an instance of anything`);
  }
  return found;
}

const geminiKeys = new Set(['type', 'description', 'enum', 'properties', 'required', 'items', 'nullable']);
const geminiTypes = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean']);

/** What Gemini refuses in a function declaration; what it takes, OpenAI and Anthropic take as well. */
export function lintForGemini(schema: unknown): string[] {
  const found: string[] = [];
  if (!isNode(schema) || schema.type !== 'object') found.push('$ is no object');
  for (const [path, node] of nodes(schema)) {
    for (const key of Object.keys(node)) if (!geminiKeys.has(key)) found.push(`${path} has ${key}`);
    if (typeof node.type !== 'string' || !geminiTypes.has(node.type))
      found.push(`${path} has the type ${JSON.stringify(node.type)}`);
    if (node.type === 'array' && !isNode(node.items)) found.push(`${path} has no items`);
    if ('enum' in node) {
      const values = Array.isArray(node.enum) ? node.enum : [];
      if (node.type !== 'string') found.push(`${path} lists values that are no texts`);
      if (values.length === 0 || values.some((value) => typeof value !== 'string' || value === ''))
        found.push(`${path} lists ${JSON.stringify(node.enum)}`);
    }
    const known = Object.keys(isNode(node.properties) ? node.properties : {});
    const required = Array.isArray(node.required) ? node.required : [];
    for (const name of required) if (!known.includes(String(name))) found.push(`${path} requires ${name}`);
    if ('required' in node && required.length === 0) found.push(`${path} requires an empty list`);
  }
  return found;
}
