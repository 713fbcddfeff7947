/** A manual flow on stories: asks for a note and puts it on every selected story, with the rights of who asked. */
export const editorNoteFlow = {
  flow: {
    name: 'Add an editor note',
    icon: 'rate_review',
    color: '#6644FF',
    description: 'Puts a correction or update above the selected stories',
    status: 'active',
    trigger: 'manual',
    accountability: 'all',
    options: {
      collections: ['articles'],
      location: 'both',
      async: false,
      requireSelection: true,
      requireConfirmation: true,
      confirmationDescription: 'Add a note to the selected stories',
      return: '$last',
      fields: [
        {
          field: 'note',
          name: 'Note',
          type: 'string',
          meta: {
            field: 'note',
            interface: 'input',
            type: 'string',
            required: true,
            note: 'What readers should know',
          },
        },
      ],
    },
  },
  /** In order: each runs when the one before succeeded. */
  operations: [
    {
      key: 'write_note',
      name: 'Write the note',
      type: 'item-update',
      position_x: 19,
      position_y: 1,
      options: {
        collection: 'articles',
        key: '{{ $trigger.body.keys }}',
        payload: { editor_note: '{{ $trigger.body.note }}' },
        permissions: '$trigger',
        emitEvents: true,
      },
    },
    {
      key: 'report',
      name: 'Say what was done',
      type: 'transform',
      position_x: 37,
      position_y: 1,
      options: { json: '{ "updated": "{{ write_note }}", "note": "{{ $trigger.body.note }}" }' },
    },
  ],
};
