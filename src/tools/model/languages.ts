import type { NewCollection } from './steps.ts';

const DIRECTIONS = [
  { text: '$t:left_to_right', value: 'ltr' },
  { text: '$t:right_to_left', value: 'rtl' },
];

/**
 * The collection of languages that translations need, as Studio makes it; without the eight languages Studio puts
 * into it, since nobody asked for those and the assistant may usually not delete them again.
 */
export function languages(collection: string): NewCollection {
  return {
    collection,
    schema: {},
    meta: {},
    fields: [
      { field: 'code', type: 'string', schema: { is_primary_key: true }, meta: {} },
      { field: 'name', type: 'string', schema: {}, meta: {} },
      {
        field: 'direction',
        type: 'string',
        schema: { default_value: 'ltr' },
        meta: {
          interface: 'select-dropdown',
          options: { choices: DIRECTIONS },
          display: 'labels',
          display_options: { choices: DIRECTIONS, format: false },
        },
      },
    ],
  };
}
