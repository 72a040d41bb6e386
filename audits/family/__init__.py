"""What children, parents and carers say of the help they get: asked before the meeting, by the council's questions."""
