"""From notes to sound: synthesis, drums, effects, stems and the master."""
