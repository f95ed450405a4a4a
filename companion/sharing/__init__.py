"""What a person lets which keyworker see, and who looked. Consent is checked here and nowhere else."""
