/** What the model is told when the settings say nothing else. */
export const defaultSystemPrompt = 'to be written';
