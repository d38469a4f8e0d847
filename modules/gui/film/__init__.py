"""What a pane or the whole window shows, as a picture or, over the played frames, as a film."""
