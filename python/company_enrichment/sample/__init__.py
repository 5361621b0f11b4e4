"""The sample: invented customers, and how they leave a database again."""
